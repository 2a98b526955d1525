import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/api/queries';
import { formatCpf } from '@/ui/cpf';
import { ActivitySection } from '@/ui/details';
import { formatPhone } from '@/ui/phone';
import { useContactActivities } from '../api';
import { CPF } from '../form-values';

const LABELS = {
  name: 'contacts.name',
  phone: 'contacts.phone',
  email: 'contacts.email',
  region: 'contacts.region',
  tags: 'contacts.tags',
  company_id: 'contacts.company',
  owner_id: 'contacts.owner',
  notes: 'contacts.notes',
  custom: 'contacts.extras',
} as const;

const DEEDS = {
  'contact.created': 'contacts.did.created',
  'contact.updated': 'contacts.did.updated',
  'contact.merged': 'contacts.did.merged',
} as const;

/** Who changed what about a contact, when. */
export function ContactActivity({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const people = usePeople();
  const activities = useContactActivities(contactId);
  const show = (field: string, value: unknown): string => {
    if (field === 'phone') return formatPhone(String(value));
    if (field === 'owner_id') return people.get(String(value))?.full_name ?? t('common.someone');
    if (field === 'company_id') return t('contacts.aCompany');
    if (Array.isArray(value)) return value.join(', ');
    if (typeof value === 'object' && value !== null) return otherData(value, t);
    return String(value);
  };
  return (
    <ActivitySection
      query={activities}
      title={t('contacts.activity')}
      empty={t('contacts.noActivity')}
      deed={({ action }) => ({
        text: t(action in DEEDS ? DEEDS[action as keyof typeof DEEDS] : 'contacts.did.updated'),
        listsFields: action !== 'contact.created',
      })}
      label={(field) => (field in LABELS ? t(LABELS[field as keyof typeof LABELS]) : field)}
      show={show}
    />
  );
}

/** Names and values as people wrote them, or the form did for them. */
function otherData(data: object, t: TFunction): string {
  const show = ([name, value]: [string, unknown]) => {
    if (name === CPF) return `${t('contacts.cpf')}: ${formatCpf(String(value))}`;
    return `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
  };
  return Object.entries(data).map(show).join(', ');
}
