import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '@/api/types';
import { useFormats } from '@/ui/format';
import { areaPath, linePath, pointsOf, scaleOf } from '../curve';
import classes from './dashboard.module.css';
import { Panel } from './panel';

/** How many companies there are, over time. Pointing at a day tells its figures; for screen readers there is a table. */
export function Growth({ data }: { data: Overview['companies_growth'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [at, setAt] = useState<number | null>(null);
  const { items } = data;
  const totals = items.map(({ total }) => total);
  const scale = scaleOf(totals);
  const points = pointsOf(totals, scale);
  const shown = at === null ? undefined : items[at];
  const point = at === null ? undefined : points[at];
  const gained = items.reduce((sum, item) => sum + item.new, 0);

  return (
    <Panel title={t('dashboard.growth')} note={t('dashboard.gained', { count: gained })}>
      <div className={classes.chart} aria-hidden>
        <div className={classes.ticks}>
          <span>{formats.number(scale.high)}</span>
          <span>{formats.number(scale.low)}</span>
        </div>
        <div
          className={classes.plot}
          onPointerMove={(event) => {
            const { left, width } = event.currentTarget.getBoundingClientRect();
            const index = Math.round(((event.clientX - left) / width) * (items.length - 1));
            setAt(Math.min(Math.max(index, 0), items.length - 1));
          }}
          onPointerLeave={() => setAt(null)}
        >
          <svg viewBox="0 0 1 1" preserveAspectRatio="none">
            <title>{t('dashboard.growth')}</title>
            <path className={classes.area} d={areaPath(points)} />
            <path className={classes.line} d={linePath(points)} vectorEffect="non-scaling-stroke" />
          </svg>
          {shown && point && (
            <>
              <i className={classes.dot} style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }} />
              <div
                className={classes.tip}
                data-right={point.x > 0.5 || undefined}
                style={{ left: `${point.x * 100}%` }}
              >
                <strong>{formats.number(shown.total)}</strong> {formats.date(shown.date)}
                {shown.new > 0 && <span>{t('dashboard.newOnes', { count: shown.new })}</span>}
              </div>
            </>
          )}
        </div>
        <div className={classes.days}>
          <span>{formats.dateShort(data.period.from)}</span>
          <span>{formats.dateShort(data.period.to)}</span>
        </div>
      </div>
      <div className="visually-hidden">
        <table>
          <caption>{t('dashboard.growth')}</caption>
          <thead>
            <tr>
              <th>{t('dashboard.day')}</th>
              <th>{t('dashboard.new')}</th>
              <th>{t('dashboard.total')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.date}>
                <th>{formats.date(item.date)}</th>
                <td>{formats.number(item.new)}</td>
                <td>{formats.number(item.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
