import { type ReactNode, useId } from 'react';
import classes from './companies.module.css';

export function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note && <span className="tabular">{note}</span>}
      </header>
      {children}
    </section>
  );
}
