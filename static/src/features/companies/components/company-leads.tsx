import { Anchor } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMayI } from '@/api/queries';
import type { Company, Contact } from '@/api/types';
import { Section } from '@/ui/details';
import details from '@/ui/details.module.css';
import { useFormats } from '@/ui/format';
import { LeadRows } from '@/ui/lead-rows';
import list from '@/ui/list.module.css';
import { formatPhone } from '@/ui/phone';
import { useCompanyContacts, useCompanyLeads } from '../api';
import { beside, contactsOf } from '../contacts';

/** The company's deals on all boards, each a link to its card. */
export function CompanyLeads({ company }: { company: Company }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const leads = useCompanyLeads(company.id);
  const note =
    company.open_lead_count > 0
      ? t('companies.openSummary', {
          count: company.open_lead_count,
          total: formats.money(company.open_value),
        })
      : undefined;
  return (
    <Section title={t('companies.leads')} note={note}>
      <LeadRows query={leads} empty={t('companies.noLeads')} />
    </Section>
  );
}

const NOBODY: Contact[] = [];

/** Whom one talks to there: its contacts, and others whom only the deals name. */
export function CompanyPeople({ companyId }: { companyId: string }) {
  const { t } = useTranslation();
  const mayReadContacts = useMayI('contacts.read');
  const mayReadLeads = useMayI('boards.read');
  const leads = useCompanyLeads(companyId, mayReadLeads);
  const found = useCompanyContacts(companyId, mayReadContacts).data;
  const contacts = found?.items ?? NOBODY;
  const others = useMemo(
    () => beside(contacts, contactsOf(leads.data?.pages.flatMap((page) => page.items) ?? [])),
    [contacts, leads.data],
  );
  const more = (found?.total ?? 0) - contacts.length;
  return (
    <Section title={t('companies.people')}>
      {contacts.length + others.length === 0 ? (
        <p className={details.quiet}>{t('companies.noPeople')}</p>
      ) : (
        <ul className={details.rows}>
          {contacts.map(({ id, name, email, phone }) => (
            <li key={id} className={details.stacked}>
              <Link to={`/contacts/${id}`} className={list.name}>
                {name}
              </Link>
              <Reached email={email} phone={phone} />
            </li>
          ))}
          {others.map(({ key, name, email, phone }) => (
            <li key={key} className={details.stacked}>
              <strong>{name ?? email ?? phone}</strong>
              <Reached email={name && email} phone={(name || email) && phone} />
            </li>
          ))}
        </ul>
      )}
      {more > 0 && (
        <Anchor component={Link} to={`/contacts?company_id=${companyId}`} size="sm">
          {t('companies.morePeople', { count: more })}
        </Anchor>
      )}
    </Section>
  );
}

function Reached({ email, phone }: { email: string | null; phone: string | null }) {
  return (
    <>
      {email && <Anchor href={`mailto:${email}`}>{email}</Anchor>}
      {phone && (
        <Anchor href={`tel:${phone}`} className="tabular">
          {formatPhone(phone)}
        </Anchor>
      )}
    </>
  );
}
