import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useBadges } from '@/ui/badges';
import { Logo } from '@/ui/logo';
import { type Screen, useScreens } from './screens';
import classes from './shell.module.css';

/** The left rail; on phones the same links are the bottom bar. */
export function Navigation() {
  const { t } = useTranslation();
  const screens = useScreens();
  const badges = useBadges();
  return (
    <nav className={classes.rail} aria-label={t('nav.main')}>
      <span className={classes.logo}>
        <Logo size={30} />
      </span>
      {screens.map((screen) => (
        <ScreenLink key={screen.id} screen={screen} waiting={badges[screen.id] ?? 0} />
      ))}
    </nav>
  );
}

function ScreenLink({ screen, waiting }: { screen: Screen; waiting: number }) {
  const { t } = useTranslation();
  const { to, label, Icon } = screen;
  const name = waiting > 0 ? t('nav.waiting', { label, count: waiting }) : label;
  return (
    <Tooltip label={name} position="right" events={{ hover: true, focus: true, touch: false }}>
      <NavLink to={to} className={classes.railLink} aria-label={name}>
        <Icon size={21} stroke={1.7} aria-hidden />
        <span className={classes.railText} aria-hidden>
          {label}
        </span>
        {waiting > 0 && (
          <span className={classes.railBadge} aria-hidden>
            {waiting > 99 ? '99+' : waiting}
          </span>
        )}
      </NavLink>
    </Tooltip>
  );
}
