import { Anchor, Button, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePeople } from '@/api/queries';
import type { Company } from '@/api/types';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { PersonAvatar } from '@/ui/person-avatar';
import { useCompanyLeads } from '../api';
import { contactsOf } from '../contacts';
import classes from './companies.module.css';
import { Section } from './section';

/** The company's deals on all boards, each a link to its card. */
export function CompanyLeads({ company }: { company: Company }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const people = usePeople();
  const leads = useCompanyLeads(company.id);
  const items = leads.data?.pages.flatMap((page) => page.items) ?? [];
  const note =
    company.open_lead_count > 0
      ? t('companies.openSummary', {
          count: company.open_lead_count,
          total: formats.money(company.open_value),
        })
      : undefined;
  return (
    <Section title={t('companies.leads')} {...(note && { note })}>
      {leads.isError && (
        <Text role="alert" size="sm" c="var(--danger)">
          {describeError(leads.error, t)}
        </Text>
      )}
      {leads.isSuccess && items.length === 0 && <p className={classes.quiet}>{t('companies.noLeads')}</p>}
      <ul className={classes.rows}>
        {items.map((lead) => {
          const owner = people.get(lead.assigned_to ?? '');
          return (
            <li key={lead.id}>
              <Link to={`/boards/${lead.board_id}/leads/${lead.id}`} className={classes.name}>
                {lead.title}
              </Link>
              <span className={classes.leadFacts}>
                {lead.value !== null && <span className="tabular">{formats.moneyShort(lead.value)}</span>}
                <span title={formats.dateTime(lead.updated_at)}>{formats.relative(lead.updated_at)}</span>
                {owner && <PersonAvatar person={owner} size={22} />}
              </span>
            </li>
          );
        })}
      </ul>
      {leads.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="xs"
          loading={leads.isFetchingNextPage}
          onClick={() => void leads.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </Section>
  );
}

/** Whom one talks to there, as the deals name them. */
export function CompanyPeople({ companyId }: { companyId: string }) {
  const { t } = useTranslation();
  const leads = useCompanyLeads(companyId);
  const contacts = useMemo(
    () => contactsOf(leads.data?.pages.flatMap((page) => page.items) ?? []),
    [leads.data],
  );
  return (
    <Section title={t('companies.people')}>
      {contacts.length === 0 ? (
        <p className={classes.quiet}>{t('companies.noPeople')}</p>
      ) : (
        <ul className={classes.rows}>
          {contacts.map(({ key, name, email, phone }) => (
            <li key={key} className={classes.contact}>
              <strong>{name ?? email ?? phone}</strong>
              {name && email && <Anchor href={`mailto:${email}`}>{email}</Anchor>}
              {(name || email) && phone && (
                <Anchor href={`tel:${phone}`} className="tabular">
                  {phone}
                </Anchor>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
