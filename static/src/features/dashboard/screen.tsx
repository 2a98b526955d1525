import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useMayI } from '@/api/queries';
import type { Overview } from '@/api/types';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { Page } from '@/ui/page';
import { useKpis, useLiveFigures, useOverview } from './api';
import classes from './components/dashboard.module.css';
import { Figures } from './components/figures';
import { Funnel } from './components/funnel';
import { Growth } from './components/growth';
import { LeadsByStage } from './components/leads-by-stage';
import { MyLeads } from './components/my-leads';
import { type Period, periodQuery, readPeriod, SPANS, type Span } from './period';

export default function DashboardScreen() {
  const { t } = useTranslation();
  const formats = useFormats();
  const [params, setParams] = useSearchParams();
  const period = readPeriod(params);
  useLiveFigures();
  const overview = useOverview(period);
  const kpis = useKpis(period);
  const data = overview.data;
  const show = (next: Period) => setParams(new URLSearchParams(periodQuery(next)), { replace: true });

  return (
    <Page
      title={t('dashboard.title')}
      {...(data && {
        count: t('dashboard.days', {
          from: formats.date(data.stats.period.from),
          to: formats.date(data.stats.period.to),
        }),
      })}
      toolbar={<PeriodFilter period={period} range={data?.stats.period} onChange={show} />}
    >
      {overview.isLoadingError ? (
        <LoadError error={overview.error} retry={() => void overview.refetch()} />
      ) : !data ? (
        <Delayed>
          <Loading />
        </Delayed>
      ) : isEmpty(data) ? (
        <Welcome />
      ) : (
        <div className={classes.dashboard} data-stale={overview.isPlaceholderData || undefined}>
          <Figures stats={data.stats} kpis={kpis.isPlaceholderData ? undefined : kpis.data} />
          <div className={classes.panels}>
            <div className={classes.column}>
              <MyLeads data={data} />
              <LeadsByStage data={data.leads_by_stage} />
            </div>
            <div className={classes.column}>
              <Funnel data={data.sales_funnel} />
              <Growth data={data.companies_growth} />
            </div>
          </div>
        </div>
      )}
    </Page>
  );
}

const isEmpty = ({ stats }: Overview): boolean => stats.total_leads === 0 && stats.total_companies === 0;

interface FilterProps {
  period: Period;
  /** The days that are shown now. */
  range: { from: string; to: string } | undefined;
  onChange(period: Period): void;
}

function PeriodFilter({ period, range, onChange }: FilterProps) {
  const { t } = useTranslation();
  const chosen = 'span' in period ? period.span : 'days';
  return (
    <>
      <SegmentedControl
        aria-label={t('dashboard.period')}
        data={[
          ...SPANS.map((span) => ({ value: span as string, label: t(`dashboard.spans.${span}`) })),
          { value: 'days', label: t('dashboard.someDays') },
        ]}
        value={chosen}
        onChange={(value) => {
          if (value !== 'days') onChange({ span: value as Span });
          else if (range) onChange({ from: range.from, to: range.to });
        }}
      />
      {!('span' in period) && <Days key={`${period.from} ${period.to}`} days={period} onChange={onChange} />}
    </>
  );
}

/** Two dates; what is half typed or the wrong way round changes nothing yet. */
function Days({ days, onChange }: { days: { from: string; to: string }; onChange(period: Period): void }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState(days.from);
  const [to, setTo] = useState(days.to);
  const sensible = from !== '' && to !== '' && from <= to;
  const changed = from !== days.from || to !== days.to;
  useEffect(() => {
    if (!sensible || !changed) return;
    const timer = setTimeout(() => onChange({ from, to }), 500);
    return () => clearTimeout(timer);
  }, [sensible, changed, from, to, onChange]);
  return (
    <>
      <TextInput
        type="date"
        w={150}
        aria-label={t('dashboard.from')}
        max={to}
        value={from}
        error={!sensible}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        w={150}
        aria-label={t('dashboard.to')}
        min={from}
        value={to}
        error={!sensible}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
    </>
  );
}

function Welcome() {
  const { t } = useTranslation();
  const mayWrite = useMayI('companies.write');
  return (
    <EmptyState
      title={t('dashboard.emptyTitle')}
      hint={t('dashboard.emptyHint')}
      action={
        <div className={classes.begin}>
          <Button component={Link} to="/boards">
            {t('dashboard.toBoards')}
          </Button>
          {mayWrite && (
            <Button component={Link} to="/companies?new=" variant="default">
              {t('companies.emptyAction')}
            </Button>
          )}
        </div>
      }
    />
  );
}

function Loading() {
  return (
    <div aria-hidden>
      <Skeleton height={104} radius="md" mb="md" />
      <div className={classes.panels}>
        {Array.from({ length: 4 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a skeleton are all alike
          <Skeleton key={index} height={240} radius="md" />
        ))}
      </div>
    </div>
  );
}
