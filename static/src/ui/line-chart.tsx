import { useState } from 'react';
import { areaPath, linePath, pointsOf, scaleOf } from './curve';
import { useFormats } from './format';
import classes from './line-chart.module.css';

interface Props<Day> {
  label: string;
  /** One for each day, the oldest first. */
  items: readonly Day[];
  value(day: Day): number;
  /** More about the day that one points at. */
  note?(day: Day): string | null;
  /** Whether the foot of the chart is nought, whatever the lowest value. */
  fromZero?: boolean;
  /** What the table for screen readers says of each day, after the date. */
  dayHeading: string;
  columns: readonly { heading: string; of(day: Day): number }[];
}

/** A figure over days. Pointing at a day tells its value; for screen readers there is a table. */
export function LineChart<Day extends { date: string }>(props: Props<Day>) {
  const { label, items, value, note, fromZero, dayHeading, columns } = props;
  const formats = useFormats();
  const [at, setAt] = useState<number | null>(null);
  const values = items.map(value);
  const scale = scaleOf(fromZero ? [0, ...values] : values);
  const points = pointsOf(values, scale);
  const shown = at === null ? undefined : items[at];
  const point = at === null ? undefined : points[at];
  const said = shown && note?.(shown);
  const [first, last] = [items[0], items.at(-1)];

  return (
    <>
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
            <title>{label}</title>
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
                <strong>{formats.number(value(shown))}</strong> {formats.date(shown.date)}
                {said && <span>{said}</span>}
              </div>
            </>
          )}
        </div>
        <div className={classes.days}>
          <span>{first && formats.dateShort(first.date)}</span>
          <span>{last && formats.dateShort(last.date)}</span>
        </div>
      </div>
      <div className="visually-hidden">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th>{dayHeading}</th>
              {columns.map(({ heading }) => (
                <th key={heading}>{heading}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((day) => (
              <tr key={day.date}>
                <th>{formats.date(day.date)}</th>
                {columns.map(({ heading, of }) => (
                  <td key={heading}>{formats.number(of(day))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
