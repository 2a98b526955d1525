import { useTranslation } from 'react-i18next';
import { Section } from '@/ui/details';
import { useFormats } from '@/ui/format';
import { LeadRows } from '@/ui/lead-rows';
import { useContactLeads } from '../api';

/** The deals in which they are whom one talks to. */
export function ContactLeads({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const leads = useContactLeads(contactId);
  const total = leads.data?.pages[0]?.total;
  return (
    <Section title={t('contacts.leads')} note={total ? formats.number(total) : undefined}>
      <LeadRows query={leads} empty={t('contacts.noLeads')} />
    </Section>
  );
}
