import { type ReactNode, useId } from 'react';
import classes from './panel.module.css';

interface Props {
  title: string;
  note?: string;
  children: ReactNode;
}

export function Panel({ title, note, children }: Props) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note && <span className={classes.note}>{note}</span>}
      </header>
      {children}
    </section>
  );
}
