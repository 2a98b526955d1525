import { IconMessageCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PagedRows, Section } from '@/ui/details';
import details from '@/ui/details.module.css';
import { useFormats } from '@/ui/format';
import list from '@/ui/list.module.css';
import { useContactConversations } from '../api';
import classes from './contacts.module.css';

/** What was talked about with them, on every channel. */
export function ContactConversations({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const conversations = useContactConversations(contactId);
  const total = conversations.data?.pages[0]?.total;
  return (
    <Section title={t('contacts.conversations')} note={total ? formats.number(total) : undefined}>
      <PagedRows query={conversations} empty={t('contacts.noConversations')}>
        {({ id, channel_name, status, last_message, last_message_at }) => (
          <li key={id}>
            <IconMessageCircle size={17} stroke={1.7} aria-hidden />
            <span className={classes.grow}>
              <Link to={`/inbox/${id}`} className={list.name}>
                {channel_name}
              </Link>
              {last_message && <span className={list.sub}>{last_message.content}</span>}
            </span>
            <span className={details.rowFacts}>
              <span className={classes.status}>{t(`contacts.conversationStatus.${status}`)}</span>
              <span title={formats.dateTime(last_message_at)}>{formats.relative(last_message_at)}</span>
            </span>
          </li>
        )}
      </PagedRows>
    </Section>
  );
}
