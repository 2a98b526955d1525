import { NavLink } from 'react-router';
import classes from './sub-nav.module.css';

/** The lists that belong to one place of the menu. */
export function SubNav({ label, links }: { label: string; links: { to: string; label: string }[] }) {
  return (
    <nav className={classes.nav} aria-label={label}>
      {links.map(({ to, label }) => (
        <NavLink key={to} to={to} end className={classes.link}>
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
