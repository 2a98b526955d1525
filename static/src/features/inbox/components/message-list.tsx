import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Day } from '@/ui/talk/day';
import { MessageScroller } from '@/ui/talk/message-scroller';
import talk from '@/ui/talk/talk.module.css';
import type { History } from '@/ui/talk/use-history';
import { type Row, rowsOf } from '../timeline';
import type { Conversation, Message } from '../types';
import { DiscardedAnswer, MessageItem, type MessageTools } from './message-item';

/** A message that was jumped to, and the how manieth jump that was. */
export interface Mark {
  id: string;
  nth: number;
}

interface Props {
  conversation: Conversation;
  history: History<Message>;
  tools: MessageTools;
  unreadAfter: number | null;
  mark: Mark | null;
  onAtEnd(isAtEnd: boolean): void;
}

export function MessageList({ conversation, history, tools, unreadAfter, mark, onAtEnd }: Props) {
  const { discarded } = conversation;
  const rows = useMemo(
    () => rowsOf(history.messages, discarded, unreadAfter),
    [history.messages, discarded, unreadAfter],
  );
  const last = history.messages.at(-1);
  return (
    <MessageScroller
      rows={rows}
      history={history}
      place={`${conversation.id} ${mark?.nth ?? ''}`}
      marked={mark?.id ?? null}
      mine={last?.sender_user_id === tools.me ? last.number : null}
      estimate={(row) => (row.kind === 'message' ? 56 : 40)}
      render={(row) => <RowOf row={row} tools={tools} marked={mark?.id ?? null} />}
      onAtEnd={onAtEnd}
    />
  );
}

function RowOf({ row, tools, marked }: { row: Row; tools: MessageTools; marked: string | null }) {
  const { t } = useTranslation();
  switch (row.kind) {
    case 'day':
      return <Day at={row.at} />;
    case 'unread':
      return <div className={talk.unread}>{t('chat.newMessages')}</div>;
    case 'discarded':
      return <DiscardedAnswer discarded={row.discarded} />;
    case 'message':
      return (
        <MessageItem
          message={row.message}
          isFirst={row.isFirst}
          isMarked={row.key === marked}
          tools={tools}
        />
      );
  }
}
