import { Button, Loader } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { type Row, rowsOf } from '../timeline';
import type { Room } from '../types';
import type { History } from '../use-room';
import classes from './conversation.module.css';
import { MessageItem, type MessageTools } from './message-item';

/** How near the ends more is asked for, and how near the end counts as being there. */
const NEAR_PX = 400;
const AT_END_PX = 60;

interface Props {
  room: Room;
  history: History;
  tools: MessageTools;
  unreadAfter: number | null;
  /** A message that was jumped to. */
  marked: string | null;
  onAtEnd(isAtEnd: boolean): void;
}

/** The conversation. Only what is in view is drawn; what comes above does not move what one reads. */
export function MessageList({ room, history, tools, unreadAfter, marked, onAtEnd }: Props) {
  const { t } = useTranslation();
  const me = useSession()?.user.id ?? '';
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const rows = useMemo(() => rowsOf(history.messages, unreadAfter, me), [history.messages, unreadAfter, me]);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'message' ? 48 : 40),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
    anchorTo: 'end',
    followOnAppend: !history.hasNewer,
    paddingStart: 12,
    paddingEnd: 12,
    scrollEndThreshold: AT_END_PX,
  });

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    const atEnd = below < AT_END_PX && !history.hasNewer;
    setAtEnd(atEnd);
    onAtEnd(atEnd);
    if (history.loading) return;
    if (element.scrollTop < NEAR_PX) history.loadOlder();
    else if (below < NEAR_PX) history.loadNewer();
  };

  // One arrives at the end, or at the message one came for.
  const target = marked ? rows.findIndex((row) => row.key === marked) : -1;
  const arrived = useRef<string | null>(null);
  const arrival = `${room.id} ${marked ?? ''}`;
  useEffect(() => {
    if (rows.length === 0 || arrived.current === arrival || (marked && target === -1)) return;
    arrived.current = arrival;
    if (marked) list.scrollToIndex(target, { align: 'center' });
    else list.scrollToEnd();
  }, [rows.length, arrival, marked, target, list]);

  // What one says oneself is always seen.
  const last = history.messages.at(-1);
  const mine = last?.sender.id === me ? last.number : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message of one's own is what matters
  useEffect(() => {
    if (mine !== null && arrived.current !== null && !marked) list.scrollToEnd();
  }, [mine]);

  const toNow = () => {
    history.toNow();
    requestAnimationFrame(() => list.scrollToEnd());
  };
  return (
    <div className={classes.messages}>
      <div
        ref={scroller}
        className={classes.scroller}
        onScroll={onScroll}
        role="log"
        aria-label={t('chat.messages')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
      >
        <div className={classes.canvas} style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row ? (
              <div
                key={item.key}
                ref={list.measureElement}
                data-index={item.index}
                className={classes.row}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <RowOf row={row} tools={tools} marked={marked} />
              </div>
            ) : null;
          })}
        </div>
      </div>
      {history.loading && (
        <div className={classes.loading} role="status" aria-label={t('chat.loadingMessages')}>
          <Loader size="xs" />
        </div>
      )}
      {history.error !== null && !history.loading && (
        <div className={classes.loadError} role="alert">
          {describeError(history.error, t)}
          <Button
            size="compact-xs"
            variant="default"
            onClick={history.hasNewer ? history.loadNewer : history.loadOlder}
          >
            {t('common.retry')}
          </Button>
        </div>
      )}
      {!isAtEnd && (
        <Button
          className={classes.toEnd}
          size="xs"
          radius="xl"
          variant="default"
          leftSection={<IconArrowDown size={14} />}
          onClick={toNow}
        >
          {t('chat.toNow')}
        </Button>
      )}
    </div>
  );
}

function RowOf({ row, tools, marked }: { row: Row; tools: MessageTools; marked: string | null }) {
  const { t } = useTranslation();
  switch (row.kind) {
    case 'day':
      return <Day at={row.at} />;
    case 'unread':
      return <div className={classes.unread}>{t('chat.newMessages')}</div>;
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

function Day({ at }: { at: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const midnight = (date: Date) => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(new Date()) - midnight(new Date(at))) / 86_400_000);
  const name = days === 0 ? t('chat.today') : days === 1 ? t('chat.yesterday') : formats.date(at);
  return (
    <div className={classes.day}>
      <time dateTime={at}>{name}</time>
    </div>
  );
}
