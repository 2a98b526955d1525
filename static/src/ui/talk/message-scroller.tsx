import { Button, Loader } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '@/ui/errors';
import type { Placed } from './past';
import classes from './talk.module.css';
import type { History } from './use-history';

/** How near the ends more is asked for, and how near the end counts as being there. */
const NEAR_PX = 400;
const AT_END_PX = 60;

interface Props<M extends Placed, R extends { key: string }> {
  rows: readonly R[];
  history: History<M>;
  /** What is shown is of this place: one arrives anew when it is another one. */
  place: string;
  /** A message that was jumped to. */
  marked: string | null;
  /** The number of the last message, where that is one's own: what one says oneself is always seen. */
  mine: number | null;
  estimate(row: R): number;
  render(row: R): ReactNode;
  onAtEnd(isAtEnd: boolean): void;
}

/** A conversation's rows. Only what is in view is drawn; what comes above does not move what one reads. */
export function MessageScroller<M extends Placed, R extends { key: string }>(props: Props<M, R>) {
  const { rows, history, place, marked, mine, estimate, render, onAtEnd } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = rows[index];
      return row ? estimate(row) : 0;
    },
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
  const arrival = `${place} ${marked ?? ''}`;
  useEffect(() => {
    if (rows.length === 0 || arrived.current === arrival || (marked && target === -1)) return;
    arrived.current = arrival;
    if (marked) list.scrollToIndex(target, { align: 'center' });
    else list.scrollToEnd();
  }, [rows.length, arrival, marked, target, list]);

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
                {render(row)}
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
