import { Button, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMayI } from '@/api/queries';
import { useShortcuts } from '@/ui/commands';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { useNow } from '@/ui/use-now';
import { useList, useStats } from '../api';
import { arrange, countOf, itemsOf, VIEWS, type View } from '../lists';
import type { Summary } from '../types';
import { ConversationRow, ROW_HEIGHT } from './conversation-row';
import classes from './inbox.module.css';

type Row = { kind: 'heading'; key: string } | { kind: 'conversation'; key: string; summary: Summary };

const HEADING_HEIGHT = 32;
/** How many rows before the end more are asked for. */
const AHEAD = 8;

interface Props {
  view: View;
  onView(view: View): void;
}

export function ConversationList({ view, onView }: Props) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [search, setSearch] = useState('');
  const [words] = useDebouncedValue(search.trim(), 250);
  useShortcuts(t('inbox.title'), [
    { keys: '/', key: '/', label: t('inbox.search'), run: () => field.current?.focus() },
    { keys: '↑ ↓ ↵', label: t('inbox.shortcuts.list') },
    { keys: 'Tab', label: t('inbox.shortcuts.note') },
  ]);
  return (
    <aside className={classes.list} aria-label={t('inbox.conversations')}>
      <header className={classes.listHead}>
        <h1>{t('inbox.title')}</h1>
      </header>
      <Views view={view} onView={onView} />
      <TextInput
        ref={field}
        className={classes.listSearch}
        type="search"
        aria-label={t('inbox.search')}
        placeholder={t('inbox.search')}
        leftSection={<IconSearch size={15} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && setSearch('')}
      />
      <Rows
        key={`${view} ${words}`}
        view={view}
        words={words}
        onView={onView}
        onClear={() => setSearch('')}
      />
    </aside>
  );
}

function Views({ view, onView }: Pick<Props, 'view' | 'onView'>) {
  const { t, i18n } = useTranslation();
  const { data: stats } = useStats();
  const number = useMemo(
    () => new Intl.NumberFormat(i18n.language, { notation: 'compact' }),
    [i18n.language],
  );
  return (
    <nav className={classes.views} aria-label={t('inbox.views.title')}>
      {VIEWS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === view}
          data-waits={(one === 'queue' && (stats?.waiting ?? 0) > 0) || undefined}
          onClick={() => onView(one)}
        >
          {t(`inbox.views.${one}`)}
          {stats && <span className="tabular">{number.format(countOf(one, stats))}</span>}
        </button>
      ))}
    </nav>
  );
}

interface RowsProps extends Props {
  words: string;
  onClear(): void;
}

function Rows({ view, words, onView, onClear }: RowsProps) {
  const { t } = useTranslation();
  const now = useNow(20_000);
  const list = useList(view, words);
  const aside = useSnoozed(view, words);
  const rows = useMemo<Row[]>(() => {
    const row = (summary: Summary): Row => ({ kind: 'conversation', key: summary.id, summary });
    const first = arrange(view, itemsOf(list.data)).map(row);
    return aside.length > 0 ? [...first, { kind: 'heading', key: 'snoozed' }, ...aside.map(row)] : first;
  }, [view, list.data, aside]);

  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? HEADING_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
  });
  const shown = virtual.getVirtualItems();
  const end = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  useEffect(() => {
    const isNear = end >= rows.length - AHEAD;
    if (isNear && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [end, rows.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const from = Number((event.target as HTMLElement).closest('[data-index]')?.getAttribute('data-index'));
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || Number.isNaN(to)) return;
    event.preventDefault();
    const step = to < from ? -1 : 1;
    const target = rows[to]?.kind === 'heading' ? to + step : to;
    if (!rows[target]) return;
    virtual.scrollToIndex(target);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${target}"] a`)?.focus(),
    );
  };

  return (
    <div ref={scroller} className={classes.scroll}>
      {list.isError && rows.length === 0 ? (
        <LoadError error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Delayed>
          <LoadingRows />
        </Delayed>
      ) : rows.length === 0 ? (
        <Nobody view={view} words={words} onView={onView} onClear={onClear} />
      ) : (
        <ul
          className={classes.rows}
          style={{ height: virtual.getTotalSize() }}
          aria-label={t(`inbox.views.${view}`)}
          onKeyDown={onKeyDown}
        >
          {shown.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const place = { transform: `translateY(${item.start}px)`, height: item.size };
            return row.kind === 'heading' ? (
              <li key={item.key} className={classes.heading} style={place} data-index={item.index}>
                {t('inbox.snoozed')}
              </li>
            ) : (
              <li
                key={item.key}
                style={place}
                data-index={item.index}
                aria-setsize={rows.length}
                aria-posinset={item.index + 1}
              >
                <ConversationRow summary={row.summary} view={view} now={now} />
              </li>
            );
          })}
        </ul>
      )}
      {isFetchNextPageError && (
        <div className={classes.moreFailed} role="alert">
          {t('inbox.moreFailed')}
          <Button size="compact-xs" variant="default" onClick={() => void fetchNextPage()}>
            {t('common.retry')}
          </Button>
        </div>
      )}
    </div>
  );
}

const NONE: Summary[] = [];

/** What one has put aside, which stands under one's own. */
function useSnoozed(view: View, words: string): Summary[] {
  const { data } = useList('snoozed', words, view === 'mine');
  return useMemo(() => (view === 'mine' ? arrange('snoozed', itemsOf(data)) : NONE), [view, data]);
}

function Nobody({ view, words, onView, onClear }: Pick<RowsProps, 'view' | 'words' | 'onView' | 'onClear'>) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { data: stats } = useStats();
  const mayTeach = useMayI('bot.manage');
  if (words) {
    return (
      <EmptyState
        title={t('inbox.empty.search')}
        hint={t('inbox.empty.searchHint')}
        action={<Button onClick={onClear}>{t('inbox.empty.clear')}</Button>}
      />
    );
  }
  const waiting = stats?.waiting ?? 0;
  if (view === 'mine' && waiting > 0) {
    return (
      <EmptyState
        title={t('inbox.empty.mine')}
        hint={t('inbox.empty.queueWaits', { count: waiting, number: formats.number(waiting) })}
        action={<Button onClick={() => onView('queue')}>{t('inbox.empty.toQueue')}</Button>}
      />
    );
  }
  const toBot = mayTeach && (
    <Button component={Link} to="/bot" variant="default">
      {t('inbox.empty.toBot')}
    </Button>
  );
  const toAll = (
    <Button variant="default" onClick={() => onView('all')}>
      {t('inbox.empty.toAll')}
    </Button>
  );
  return (
    <EmptyState
      title={t(`inbox.empty.${view}`)}
      hint={t(`inbox.empty.${view}Hint`)}
      action={view === 'all' ? toBot : toAll}
    />
  );
}

function LoadingRows() {
  return (
    <div className={classes.skeletons} aria-hidden>
      {Array.from({ length: 7 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a skeleton are all alike
        <Skeleton key={index} height={48} radius="md" />
      ))}
    </div>
  );
}
