import { Button, Progress, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { Delayed } from '@/ui/delayed';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { PersonAvatar } from '@/ui/person-avatar';
import { type Filter, type Part, useColumn } from '../api';
import { useClientTarget } from '../dnd';
import { afterMoves, gainOf, useMoves } from '../moves';
import { clientsOf } from '../pages';
import { useFloorUi } from '../store';
import { type Client, NOBODY, type Place, type Seller } from '../types';
import { glide } from '../use-floor-feed';
import { ClientChip } from './client-chip';
import classes from './floor.module.css';

const CHIP_HEIGHT = 58;
/** The next page is fetched when so few rows are left below. */
const AHEAD = 20;

interface Props {
  place: Place;
  name: string;
  seller?: Seller;
  filter: Filter;
}

export const Column = memo(function Column({ place, name, seller, filter }: Props) {
  const { t } = useTranslation();
  const column = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useClientTarget(column, place, list);
  const isOver = useFloorUi((ui) => ui.over === place);
  const waiting = useClientsAt(place, 'waiting', filter);
  const isFiltered = Boolean(filter.search || filter.period);

  return (
    <section
      ref={column}
      className={classes.column}
      aria-label={name}
      data-place={place}
      data-nobody={place === NOBODY || undefined}
      data-empty={waiting.total === 0 || undefined}
      data-over={isOver || undefined}
    >
      {seller ? (
        <SellerHead seller={seller} shown={isFiltered ? waiting.total : null} />
      ) : (
        <header className={classes.columnHead}>
          <h2>{name}</h2>
          <span className={classes.count}>{waiting.total}</span>
          <p className={classes.headNote}>{t('floor.withoutSellerHint')}</p>
        </header>
      )}
      <div ref={list} className={classes.list} data-stale={waiting.isStale || undefined}>
        {waiting.error ? (
          <div role="alert" className={classes.columnError}>
            <Text size="sm">{describeError(waiting.error, t)}</Text>
            <Button size="compact-xs" variant="default" onClick={waiting.retry}>
              {t('common.retry')}
            </Button>
          </div>
        ) : waiting.isPending ? (
          <Delayed>
            {[0, 1, 2].map((index) => (
              <Skeleton key={index} height={48} mb={8} />
            ))}
          </Delayed>
        ) : waiting.clients.length === 0 ? (
          <p className={classes.emptyColumn}>
            {t(isFiltered ? 'floor.noMatch' : seller ? 'floor.emptySeller' : 'floor.emptyNobody')}
          </p>
        ) : (
          <Rows clients={waiting.clients} scroller={list} onNearEnd={waiting.more} />
        )}
        {seller && seller.contacted > 0 && (
          <ContactedOnes place={place} filter={filter} count={seller.contacted} />
        )}
      </div>
    </section>
  );
});

function SellerHead({ seller, shown }: { seller: Seller; shown: number | null }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const gain = useMoves(({ moves }) => gainOf(moves, seller.id));
  const pending = Math.max(0, seller.pending + gain);
  const all = pending + seller.contacted;
  const share = all === 0 ? 0 : (seller.contacted / all) * 100;
  return (
    <header className={classes.columnHead}>
      <span className={classes.avatar}>
        <PersonAvatar person={{ id: seller.id, full_name: seller.name }} size={30} label="" />
        <i
          className={classes.liveDot}
          title={
            seller.online_since
              ? t('floor.onlineSince', { time: formats.time(seller.online_since) })
              : undefined
          }
        />
      </span>
      <div className={classes.who}>
        <h2>{seller.name}</h2>
        <p className="tabular">
          {shown === null
            ? t('floor.load', { pending, count: seller.contacted })
            : t('floor.loadShown', { shown, pending })}
          {seller.capacity !== null && ` · ${t('floor.capacityOf', { count: seller.capacity })}`}
        </p>
      </div>
      <Progress
        className={classes.progress}
        value={share}
        size={4}
        aria-label={t('floor.progress', { contacted: seller.contacted, all })}
      />
    </header>
  );
}

interface RowsProps {
  clients: readonly Client[];
  scroller: RefObject<HTMLDivElement | null>;
  onNearEnd(): void;
}

function Rows({ clients, scroller, onNearEnd }: RowsProps) {
  // A chip in hand stays mounted, or the browser would end the drag when it scrolls away.
  const heldIndex = useFloorUi((ui) => clients.findIndex(({ id }) => id === ui.held[0]?.id));
  const rangeExtractor = useCallback(
    (range: Range) => {
      const shown = defaultRangeExtractor(range);
      return heldIndex === -1 || shown.includes(heldIndex)
        ? shown
        : [...shown, heldIndex].sort((a, b) => a - b);
    },
    [heldIndex],
  );
  const rows = useVirtualizer({
    count: clients.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CHIP_HEIGHT,
    getItemKey: (index) => clients[index]?.id ?? index,
    overscan: 6,
    rangeExtractor,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once the clients behind the departures are on the screen
  useLayoutEffect(() => glide.arrive(), [clients]);
  const items = rows.getVirtualItems();
  const isNearEnd = (items.at(-1)?.index ?? 0) >= clients.length - AHEAD;
  useEffect(() => {
    if (isNearEnd) onNearEnd();
  }, [isNearEnd, onNearEnd]);

  return (
    <ul className={classes.rows} style={{ height: rows.getTotalSize() }}>
      {items.map((item) => {
        const client = clients[item.index];
        if (!client) return null;
        return (
          <li
            key={item.key}
            aria-setsize={clients.length}
            aria-posinset={item.index + 1}
            className={classes.row}
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <ClientChip client={client} />
          </li>
        );
      })}
    </ul>
  );
}

/** Those whom the seller contacted in this cycle, for who asks. */
function ContactedOnes({ place, filter, count }: { place: Place; filter: Filter; count: number }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.contacted}>
      <UnstyledButton aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <Chevron size={14} aria-hidden /> {t('floor.contactedCount', { count })}
      </UnstyledButton>
      {opened && <ContactedList place={place} filter={filter} />}
    </div>
  );
}

function ContactedList({ place, filter }: { place: Place; filter: Filter }) {
  const { t } = useTranslation();
  const contacted = useColumn(place, 'contacted', filter);
  const clients = clientsOf(contacted.data);
  return (
    <>
      <ul className={classes.plainRows}>
        {clients.map((client) => (
          <li key={client.id}>
            <ClientChip client={client} />
          </li>
        ))}
      </ul>
      {contacted.hasNextPage && (
        <Button
          size="compact-xs"
          variant="default"
          loading={contacted.isFetchingNextPage}
          onClick={() => void contacted.fetchNextPage()}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </>
  );
}

/** The clients of a column, with one's own moves on top of what the server said. */
function useClientsAt(place: Place, part: Part, filter: Filter) {
  const column = useColumn(place, part, filter);
  const moves = useMoves(({ moves }) => moves);
  const { data, hasNextPage, isFetching, fetchNextPage } = column;
  const loaded = useMemo(() => clientsOf(data), [data]);
  const clients = useMemo(() => afterMoves(loaded, moves, place), [loaded, moves, place]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return {
    clients,
    total: Math.max(0, (data?.pages.at(-1)?.total ?? 0) + gainOf(moves, place)),
    isPending: column.isPending,
    isStale: column.isPlaceholderData,
    error: column.isLoadingError ? column.error : null,
    retry: () => void column.refetch(),
    more,
  };
}
