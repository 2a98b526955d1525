import { Tooltip } from '@mantine/core';
import { IconLayoutKanban, IconSettings, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useMayI } from '@/api/queries';
import { Logo } from '@/ui/logo';
import classes from './shell.module.css';

/** The left rail; on phones the same links are the bottom bar. */
export function Navigation() {
  const { t } = useTranslation();
  const mayManageUsers = useMayI('users.manage');
  const entries = [
    { to: '/boards', label: t('nav.boards'), Icon: IconLayoutKanban },
    ...(mayManageUsers ? [{ to: '/users', label: t('nav.people'), Icon: IconUsers }] : []),
    { to: '/settings', label: t('nav.settings'), Icon: IconSettings },
  ];
  return (
    <nav className={classes.rail} aria-label={t('nav.main')}>
      <span className={classes.logo}>
        <Logo size={30} />
      </span>
      {entries.map(({ to, label, Icon }) => (
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
