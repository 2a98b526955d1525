import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '@/api/types';
import { useFormats } from '@/ui/format';
import { Panel } from '@/ui/panel';
import classes from './dashboard.module.css';
import { percent } from './figures';

/** How far the deals of the default board get: each step as wide as the share that reached it. */
export function Funnel({ data }: { data: Overview['sales_funnel'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const all = Math.max(data.items[0]?.reached ?? 0, 1);
  return (
    <Panel title={t('dashboard.funnel')} {...(data.board_name && { note: data.board_name })}>
      {data.items.length === 0 && <p className={classes.quiet}>{t('dashboard.noBoards')}</p>}
      <ol className={classes.funnel}>
        {data.items.map((step) => (
          <li key={step.stage_id}>
            <span className={classes.barName} title={step.name}>
              {step.name}
            </span>
            <span className={classes.step} aria-hidden>
              <i style={{ '--share': step.reached / all, '--colour': step.color } as CSSProperties} />
            </span>
            <span className={classes.barFigure}>
              <strong>
                {formats.number(step.reached)}
                <span className="visually-hidden"> {t('dashboard.reached')}</span>
              </strong>
              <span title={t('dashboard.ofStepBefore')}>
                {step.conversion_rate !== null && percent(step.conversion_rate, formats.language)}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {data.lost_leads > 0 && (
        <p className={classes.quiet}>
          {t('dashboard.lost', { count: data.lost_leads, total: formats.moneyShort(data.lost_value) })}
        </p>
      )}
    </Panel>
  );
}
