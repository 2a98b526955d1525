import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Kpis, Overview } from '@/api/types';
import { Figure, Figures as Row } from '@/ui/figures';
import { useFormats } from '@/ui/format';
import classes from './dashboard.module.css';

type Change = { change_percent: number | null } | undefined;

/** How things stand, and what happened within the period beside the one before. */
export function Figures({ stats, kpis }: { stats: Overview['stats']; kpis: Kpis | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { conversion_rate: rate } = stats;
  return (
    <Row inRow={6}>
      <Figure
        label={t('dashboard.open')}
        value={formats.moneyRound(stats.open_value)}
        exact={formats.money(stats.open_value)}
        detail={t('dashboard.openLeads', { count: stats.open_leads })}
      />
      <Figure
        label={t('dashboard.won')}
        value={formats.moneyRound(stats.won_value)}
        exact={formats.money(stats.won_value)}
        detail={t('dashboard.wonLeads', { count: stats.won_leads })}
      >
        <ChangeSince change={kpis?.won_value} />
      </Figure>
      <Figure
        label={t('dashboard.newLeads')}
        value={formats.number(stats.new_leads)}
        detail={t('dashboard.ofAll', { total: formats.number(stats.total_leads) })}
      >
        <ChangeSince change={kpis?.new_leads} />
      </Figure>
      <Figure
        label={t('dashboard.conversion')}
        value={rate === null ? '—' : percent(rate, formats.language)}
        detail={
          rate === null ? t('dashboard.noneClosed') : t('dashboard.lostLeads', { count: stats.lost_leads })
        }
      >
        <ChangeSince change={kpis?.conversion_rate} />
      </Figure>
      <Figure
        label={t('dashboard.overdue')}
        value={formats.number(stats.overdue_leads)}
        detail={t('dashboard.overdueHint')}
        alarming={stats.overdue_leads > 0}
      />
      <Figure
        label={t('dashboard.newCompanies')}
        value={formats.number(stats.new_companies)}
        detail={t('dashboard.ofAll', { total: formats.number(stats.total_companies) })}
      >
        <ChangeSince change={kpis?.new_companies} />
      </Figure>
    </Row>
  );
}

function ChangeSince({ change }: { change: Change }) {
  const { t } = useTranslation();
  const { language } = useFormats();
  if (!change || change.change_percent === null || change.change_percent === 0) return null;
  const up = change.change_percent > 0;
  const Arrow = up ? IconArrowUpRight : IconArrowDownRight;
  const size = percent(Math.abs(change.change_percent), language);
  return (
    <span className={classes.change} data-up={up} title={t('dashboard.sinceBefore')}>
      <Arrow size={14} aria-hidden />
      {t(up ? 'dashboard.up' : 'dashboard.down', { size })}
      <span className="visually-hidden">, {t('dashboard.sinceBefore')}</span>
    </span>
  );
}

/** Of a share that is given in percent. */
export const percent = (share: number, language: string): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: share < 10 ? 1 : 0 }).format(
    share / 100,
  );
