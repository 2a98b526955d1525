import type { ReactNode } from 'react';
import classes from './page.module.css';
import { useTitle } from './title';

interface Props {
  title: string;
  /** How many there are. */
  count?: string;
  actions?: ReactNode;
  /** The way back to the list that this is one of. */
  back?: ReactNode;
  toolbar?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}

/** The frame of every screen but the board: title, count, actions, and a column of content. */
export function Page({ title, count, actions, back, toolbar, narrow, children }: Props) {
  useTitle(title);
  return (
    <div className={classes.page} data-narrow={narrow || undefined}>
      {back && <div className={classes.back}>{back}</div>}
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{title}</h1>
          {count && <span className="tabular">{count}</span>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {toolbar && <div className={classes.toolbar}>{toolbar}</div>}
      {children}
    </div>
  );
}
