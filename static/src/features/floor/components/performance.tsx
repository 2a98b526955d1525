import { SegmentedControl, Skeleton, Table } from '@mantine/core';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { Delayed } from '@/ui/delayed';
import { LoadError } from '@/ui/empty-state';
import { Figure, Figures } from '@/ui/figures';
import { useFormats } from '@/ui/format';
import { LineChart } from '@/ui/line-chart';
import { Panel } from '@/ui/panel';
import { PersonAvatar } from '@/ui/person-avatar';
import { useFloorStats } from '../api';
import { contactedIn, lastDays, ranked, readSpan, SPANS, type Span } from '../days';
import { heatAt, periodName } from '../periods';
import type { FloorStats } from '../types';
import classes from './floor.module.css';
import figures from './performance.module.css';

/** The floor in figures: how clients stand now, and who contacted how many when. */
export function Performance() {
  const { t } = useTranslation();
  const stats = useFloorStats();
  const [params, setParams] = useSearchParams();
  const span = readSpan(params.get('days'));
  if (stats.isLoadingError) {
    return <LoadError error={stats.error} retry={() => void stats.refetch()} />;
  }
  return (
    <div className={classes.page}>
      <SegmentedControl
        mb="md"
        aria-label={t('floor.stats.span')}
        value={span}
        onChange={(days) => setParams({ days }, { replace: true })}
        data={SPANS.map((value) => ({ value, label: t(`floor.stats.spans.${value}`) }))}
      />
      {stats.data ? (
        <Shown stats={stats.data} span={span} />
      ) : (
        <Delayed>
          <Skeleton height={104} radius="md" mb="md" />
          <Skeleton height={300} radius="md" />
        </Delayed>
      )}
    </div>
  );
}

function Shown({ stats, span }: { stats: FloorStats; span: Span }) {
  const { t } = useTranslation();
  const { number, date } = useFormats();
  const contacted = contactedIn(stats.by_day, span);
  const inCycle = stats.assigned + stats.contacted;
  return (
    <div className={figures.all}>
      <Figures inRow={5}>
        <Figure
          label={t('floor.stats.contacted')}
          value={number(contacted)}
          detail={t(`floor.stats.spans.${span}`)}
        />
        <Figure
          label={t('floor.stats.cycle', { cycle: stats.cycle })}
          value={`${number(stats.contacted)} / ${number(inCycle)}`}
          detail={t('floor.stats.cycleSince', { date: date(stats.cycle_began_at) })}
        />
        <Figure
          label={t('floor.stats.waiting')}
          value={number(stats.assigned)}
          detail={t('floor.stats.online', { count: stats.sellers_online })}
        />
        <Figure
          label={t('floor.withoutSeller')}
          value={number(stats.available)}
          detail={t('floor.stats.availableHint')}
          alarming={stats.available > 0 && stats.sellers_online === 0}
        />
        <Figure
          label={t('floor.stats.others')}
          value={number(stats.active + stats.inactive)}
          detail={t('floor.stats.othersHint', {
            active: number(stats.active),
            inactive: number(stats.inactive),
          })}
        />
      </Figures>
      <div className={figures.panels}>
        <div className={figures.column}>
          <Panel title={t('floor.stats.bySeller')} note={t(`floor.stats.spans.${span}`)}>
            <BySeller stats={stats} span={span} />
          </Panel>
          <Panel title={t('floor.days')} note={t('floor.clients', { count: stats.clients })}>
            <ByPeriod stats={stats} />
          </Panel>
        </div>
        <Panel title={t('floor.stats.overTime')} note={t('floor.stats.lastDays')}>
          <LineChart
            label={t('floor.stats.overTime')}
            items={lastDays(stats.by_day, '30')}
            value={(day) => day.contacted}
            fromZero
            dayHeading={t('floor.stats.day')}
            columns={[{ heading: t('floor.stats.contacted'), of: (day) => day.contacted }]}
          />
        </Panel>
      </div>
    </div>
  );
}

function BySeller({ stats, span }: { stats: FloorStats; span: Span }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const sellers = ranked(stats.sellers, span);
  const most = Math.max(...sellers.map(({ inSpan }) => inSpan), 1);
  if (sellers.length === 0) return <p className={classes.quiet}>{t('floor.stats.noSellers')}</p>;
  return (
    <Table className={figures.table} verticalSpacing={6} horizontalSpacing={8}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('floor.seller')}</Table.Th>
          <Table.Th colSpan={2}>{t('floor.stats.contacted')}</Table.Th>
          <Table.Th>{t('floor.stats.ofCycle')}</Table.Th>
          <Table.Th>{t('floor.stats.pending')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sellers.map((seller) => (
          <Table.Tr key={seller.id}>
            <Table.Th scope="row">
              <span className={figures.who}>
                <PersonAvatar person={{ id: seller.id, full_name: seller.name }} size={24} label="" />
                <Link to={`/floor/clients?seller=${seller.id}`}>{seller.name}</Link>
                {seller.is_online && <i className={figures.dot} title={t('floor.isOnline')} />}
              </span>
            </Table.Th>
            <Table.Td className={figures.bar} aria-hidden>
              <span style={{ '--share': seller.inSpan / most } as CSSProperties} />
            </Table.Td>
            <Table.Td>
              <strong>{number(seller.inSpan)}</strong>
            </Table.Td>
            <Table.Td>{number(seller.contacted)}</Table.Td>
            <Table.Td>{number(seller.pending)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ByPeriod({ stats }: { stats: FloorStats }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const most = Math.max(...stats.periods.map(({ clients }) => clients), 1);
  return (
    <ul className={figures.periods}>
      {stats.periods.map(({ period, clients }, index) => (
        <li key={period}>
          <Link to={`/floor/clients?period=${encodeURIComponent(period)}`}>
            {t('floor.ofDays', { days: periodName(period) })}
          </Link>
          <span
            className={figures.track}
            data-heat={heatAt(index, stats.periods.length)}
            style={{ '--share': clients / most } as CSSProperties}
            aria-hidden
          />
          <strong>{number(clients)}</strong>
        </li>
      ))}
    </ul>
  );
}
