import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useLocation } from 'react-router';
import classes from './settings-section.module.css';

interface Props {
  /** Where an address leads that ends in `#` and this. */
  anchor?: string;
  title: string;
  hint?: string;
  children: ReactNode;
}

/** One matter among others that one decides on: what it is at the left, how it stands at the right. */
export function SettingsSection({ anchor, title, hint, children }: Props) {
  const id = useId();
  const section = useRef<HTMLElement>(null);
  const { hash } = useLocation();
  const isGoal = anchor !== undefined && hash === `#${anchor}`;
  useEffect(() => {
    if (isGoal) section.current?.scrollIntoView({ block: 'start' });
  }, [isGoal]);
  return (
    <section ref={section} className={classes.section} aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        {hint && <p>{hint}</p>}
      </div>
      <div>{children}</div>
    </section>
  );
}

/** Stands where a section will, while what it shows is on its way. */
export function SettingsSkeleton({ height }: { height: number }) {
  return <div className={classes.section} style={{ height }} aria-hidden />;
}
