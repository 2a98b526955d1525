import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import { Day } from '@/ui/talk/day';
import { MessageScroller } from '@/ui/talk/message-scroller';
import talk from '@/ui/talk/talk.module.css';
import type { History } from '@/ui/talk/use-history';
import { type Row, rowsOf } from '../timeline';
import type { Message, Room } from '../types';
import { MessageItem, type MessageTools } from './message-item';

interface Props {
  room: Room;
  history: History<Message>;
  tools: MessageTools;
  unreadAfter: number | null;
  /** A message that was jumped to. */
  marked: string | null;
  onAtEnd(isAtEnd: boolean): void;
}

export function MessageList({ room, history, tools, unreadAfter, marked, onAtEnd }: Props) {
  const me = useSession()?.user.id ?? '';
  const rows = useMemo(() => rowsOf(history.messages, unreadAfter, me), [history.messages, unreadAfter, me]);
  const last = history.messages.at(-1);
  return (
    <MessageScroller
      rows={rows}
      history={history}
      place={room.id}
      marked={marked}
      mine={last?.sender.id === me ? last.number : null}
      estimate={(row) => (row.kind === 'message' ? 48 : 40)}
      render={(row) => <RowOf row={row} tools={tools} marked={marked} />}
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
