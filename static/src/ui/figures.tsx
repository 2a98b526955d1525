import type { CSSProperties, ReactNode } from 'react';
import classes from './figures.module.css';

/** Figures at a glance, side by side: so many in a row where there is room. */
export function Figures({ inRow, children }: { inRow: number; children: ReactNode }) {
  return (
    <dl className={classes.figures} style={{ '--in-row': inRow } as CSSProperties}>
      {children}
    </dl>
  );
}

interface Props {
  label: string;
  value: string;
  /** What a rounded value is exactly. */
  exact?: string;
  detail: string;
  alarming?: boolean;
  children?: ReactNode;
}

export function Figure({ label, value, exact, detail, alarming, children }: Props) {
  return (
    <div className={classes.figure} data-alarming={alarming || undefined}>
      <dt>{label}</dt>
      <dd>
        <strong className={classes.value} title={exact}>
          {value}
        </strong>
        <span className={classes.detail}>{detail}</span>
        {children}
      </dd>
    </div>
  );
}
