import { useTranslation } from 'react-i18next';
import { usePeople } from '@/api/queries';
import { formatCnpj } from '@/ui/cnpj';
import { ActivitySection } from '@/ui/details';
import { useCompanyActivities } from '../api';
import { SIZES } from '../list-state';

/** Who changed what about a company, when. */
export function CompanyActivity({ companyId }: { companyId: string }) {
  const { t } = useTranslation();
  const people = usePeople();
  const activities = useCompanyActivities(companyId);
  const show = (field: string, value: unknown): string => {
    const text = String(value);
    if (field === 'cnpj') return formatCnpj(text);
    if (field === 'owner_id') return people.get(text)?.full_name ?? t('common.someone');
    const size = field === 'size' && SIZES.find((known) => known === text);
    return size ? t(`companies.sizes.${size}`) : text;
  };
  return (
    <ActivitySection
      query={activities}
      title={t('companies.activity')}
      empty={t('companies.noActivity')}
      deed={({ action }) => {
        const made = action === 'company.created';
        return { text: t(made ? 'companies.didMake' : 'companies.didChange'), listsFields: !made };
      }}
      label={(field) => (field in LABELS ? t(LABELS[field as keyof typeof LABELS]) : field)}
      show={show}
    />
  );
}

const LABELS = {
  name: 'companies.name',
  legal_name: 'companies.legalName',
  cnpj: 'companies.cnpj',
  email: 'companies.email',
  phone: 'companies.phone',
  website: 'companies.website',
  industry: 'companies.industry',
  size: 'companies.size',
  address: 'companies.address',
  notes: 'companies.notes',
  owner_id: 'companies.owner',
} as const;
