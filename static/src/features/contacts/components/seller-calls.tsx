import { useTranslation } from 'react-i18next';
import { useLiveCalls, useSellerCalls } from '@/api/contacts';
import { PagedRows, Section } from '@/ui/details';
import details from '@/ui/details.module.css';
import { useFormats } from '@/ui/format';
import list from '@/ui/list.module.css';
import { PersonAvatar } from '@/ui/person-avatar';
import classes from './contacts.module.css';

/** When sellers called them, and what came of it; nothing stands there for whom nobody has called yet. */
export function SellerCalls({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const calls = useSellerCalls(contactId);
  useLiveCalls(contactId);
  const total = calls.data?.pages[0]?.total ?? 0;
  if (total === 0) return null;
  return (
    <Section title={t('contacts.calls')} note={formats.number(total)}>
      <PagedRows query={calls} empty="">
        {({ id, seller_id, seller_name, outcome, notes, contacted_at }) => {
          const name = seller_name ?? t('common.someone');
          return (
            <li key={id}>
              <PersonAvatar person={{ id: seller_id, full_name: name }} size={26} label="" />
              <span className={classes.grow}>
                {name}
                {outcome && `: ${t(`contacts.outcomes.${outcome}`)}`}
                {notes && <span className={list.sub}>{notes}</span>}
              </span>
              <span className={details.rowFacts}>
                <span title={formats.dateTime(contacted_at)}>{formats.relative(contacted_at)}</span>
              </span>
            </li>
          );
        }}
      </PagedRows>
    </Section>
  );
}
