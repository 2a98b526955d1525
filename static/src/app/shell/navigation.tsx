import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { Logo } from '@/ui/logo';
import { useScreens } from './screens';
import classes from './shell.module.css';

/** The left rail; on phones the same links are the bottom bar. */
export function Navigation() {
  const { t } = useTranslation();
  const screens = useScreens();
  return (
    <nav className={classes.rail} aria-label={t('nav.main')}>
      <span className={classes.logo}>
        <Logo size={30} />
      </span>
      {screens.map(({ to, label, Icon }) => (
        <Tooltip key={to} label={label} position="right" events={{ hover: true, focus: true, touch: false }}>
          <NavLink to={to} className={classes.railLink} aria-label={label}>
            <Icon size={21} stroke={1.7} aria-hidden />
            <span className={classes.railText} aria-hidden>
              {label}
            </span>
          </NavLink>
        </Tooltip>
      ))}
    </nav>
  );
}
