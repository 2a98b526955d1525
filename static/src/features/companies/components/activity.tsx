import { Button, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/api/queries';
import type { Activity } from '@/api/types';
import { formatCnpj } from '@/ui/cnpj';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { PersonAvatar } from '@/ui/person-avatar';
import { useCompanyActivities } from '../api';
import { SIZES } from '../list-state';
import classes from './companies.module.css';
import { Section } from './section';

/** Who changed what, when. */
export function CompanyActivity({ companyId }: { companyId: string }) {
  const { t } = useTranslation();
  const activities = useCompanyActivities(companyId);
  const items = activities.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t('companies.activity')}>
      {activities.isError && (
        <Text role="alert" size="sm" c="var(--danger)">
          {describeError(activities.error, t)}
        </Text>
      )}
      {activities.isSuccess && items.length === 0 && (
        <p className={classes.quiet}>{t('companies.noActivity')}</p>
      )}
      <ol className={classes.activity}>
        {items.map((activity) => (
          <Entry key={activity.id} activity={activity} />
        ))}
      </ol>
      {activities.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="xs"
          loading={activities.isFetchingNextPage}
          onClick={() => void activities.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </Section>
  );
}

function Entry({ activity }: { activity: Activity }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const people = usePeople();
  const { by, at, changes, action } = activity;
  const made = action === 'company.created';
  const nameOf = (id: string) => people.get(id)?.full_name;
  return (
    <li>
      <PersonAvatar person={{ id: by.id, full_name: by.name }} size={26} label="" />
      <div>
        <p>
          <strong>{by.name}</strong> {t(made ? 'companies.didMake' : 'companies.didChange')}{' '}
          <span className={classes.when} title={formats.dateTime(at)}>
            {formats.relative(at)}
          </span>
        </p>
        {!made && (
          <ul>
            {changes.map(({ field, from, to }) => (
              <li key={field}>
                {fieldLabel(field, t)}:{' '}
                {from !== null && (
                  <>
                    <del>{show(field, from, t, nameOf)}</del> →{' '}
                  </>
                )}
                {to === null ? t('companies.emptied') : <span>{show(field, to, t, nameOf)}</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
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

function fieldLabel(field: string, t: TFunction): string {
  return field in LABELS ? t(LABELS[field as keyof typeof LABELS]) : field;
}

function show(field: string, value: unknown, t: TFunction, nameOf: (id: string) => string | undefined) {
  const text = String(value);
  if (field === 'cnpj') return formatCnpj(text);
  if (field === 'owner_id') return nameOf(text) ?? t('companies.someone');
  const size = field === 'size' && SIZES.find((known) => known === text);
  return size ? t(`companies.sizes.${size}`) : text;
}
