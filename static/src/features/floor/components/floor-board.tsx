import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { type Filter, useRules, useSellers } from '../api';
import { useFloorDrags } from '../dnd';
import { periodName, periodsOf, USUAL_BOUNDS } from '../periods';
import { floorUi, useFloorUi } from '../store';
import { NOBODY, type Seller } from '../types';
import { useMover } from '../use-mover';
import { Away } from './away';
import { ClientMenu } from './client-menu';
import { Column } from './column';
import classes from './floor.module.css';
import { SelectionBar } from './selection-bar';

const NO_SELLERS: Seller[] = [];

/** One column for those without a seller, and one for each seller who is there. */
export function FloorBoard() {
  const { t } = useTranslation();
  const sellers = useSellers();
  const all = sellers.data ?? NO_SELLERS;
  const move = useMover(all);
  const scroller = useRef<HTMLDivElement>(null);
  useFloorDrags(scroller, move);
  useEffect(() => floorUi.reset, []);
  const [filter, filters] = useFilter();
  const present = useMemo(() => all.filter(({ is_online }) => is_online), [all]);
  const away = useMemo(() => all.filter(({ is_online }) => !is_online), [all]);

  if (sellers.isLoadingError) {
    return <LoadError error={sellers.error} retry={() => void sellers.refetch()} />;
  }
  return (
    <div className={classes.board}>
      {filters}
      <div ref={scroller} className={classes.columns}>
        <Column place={NOBODY} name={t('floor.withoutSeller')} filter={filter} />
        {sellers.isPending ? (
          <Delayed>
            <LoadingColumns />
          </Delayed>
        ) : (
          present.map((seller) => (
            <Column key={seller.id} place={seller.id} name={seller.name} seller={seller} filter={filter} />
          ))
        )}
        {sellers.isSuccess && present.length === 0 && (
          <div className={classes.nobodyThere}>
            <h2>{t('floor.nobodyThere')}</h2>
            <p>{t('floor.nobodyThereHint')}</p>
          </div>
        )}
      </div>
      {away.length > 0 && <Away sellers={away} />}
      <SelectionBar />
      <ClientMenu sellers={all} move={move} />
    </div>
  );
}

/** What is sought, as the address has it. */
function useFilter(): [Filter, React.ReactNode] {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const rules = useRules().data;
  const periods = periodsOf(rules?.periods ?? USUAL_BOUNDS);
  const period = periods.find(({ key }) => key === params.get('period'))?.key ?? null;
  const [text, setText] = useState(params.get('search') ?? '');
  const [search] = useDebouncedValue(text.trim(), 250);
  const isSelecting = useFloorUi((ui) => ui.selected.size > 0);
  const filter = useMemo(() => ({ search, period }), [search, period]);

  const choose = (next: string | null) => {
    const changed = new URLSearchParams(params);
    if (next) changed.set('period', next);
    else changed.delete('period');
    setParams(changed, { replace: true });
  };
  return [
    filter,
    <div key="filters" className={classes.filters}>
      <TextInput
        className={classes.search}
        type="search"
        aria-label={t('floor.search')}
        placeholder={t('floor.search')}
        leftSection={<IconSearch size={15} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={classes.periods}>
        <SegmentedControl
          aria-label={t('floor.daysWithout')}
          value={period ?? ''}
          onChange={(value) => choose(value || null)}
          data={[
            { value: '', label: t('common.all') },
            ...periods.map(({ key }) => ({ value: key, label: periodName(key) })),
          ]}
        />
        <span aria-hidden>{t('floor.daysWithout')}</span>
      </div>
      {(filter.search || period) && !isSelecting && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setText('');
            choose(null);
          }}
        >
          {t('floor.clearFilters')}
        </Button>
      )}
    </div>,
  ];
}

function LoadingColumns() {
  return [0, 1, 2].map((index) => (
    <div key={index} className={classes.column} aria-hidden>
      <Skeleton height={58} m={8} width="auto" />
      <Skeleton height={48} m={8} width="auto" />
      <Skeleton height={48} m={8} width="auto" />
      <Skeleton height={48} m={8} width="auto" />
    </div>
  ));
}
