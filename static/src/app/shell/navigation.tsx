import { Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, useLocation } from 'react-router';
import { useBadges } from '@/ui/badges';
import { Logo } from '@/ui/logo';
import { type Screen, useScreens } from './screens';
import classes from './shell.module.css';

/** How many links a phone's bar has room for; where there are more, the last place leads to the others. */
const IN_BAR = 5;

/** Where customers wait, which nothing else outweighs. */
const URGENT = 'inbox';

/** The left rail; on phones the same links are the bottom bar. */
export function Navigation() {
  const { t } = useTranslation();
  const screens = useScreens();
  const inBar = screens.length > IN_BAR ? IN_BAR - 1 : IN_BAR;
  return (
    <nav className={classes.rail} aria-label={t('nav.main')}>
      <span className={classes.logo}>
        <Logo size={30} />
      </span>
      {screens.map((screen, index) => (
        <ScreenLink key={screen.id} screen={screen} isInBar={index < inBar} />
      ))}
      {screens.length > inBar && <More screens={screens.slice(inBar)} />}
    </nav>
  );
}

function ScreenLink({ screen: { id, to, label, Icon }, isInBar }: { screen: Screen; isInBar: boolean }) {
  const waiting = useBadges((badges) => badges[id] ?? 0);
  const name = useNameWith(label, waiting);
  return (
    <Tooltip label={name} position="right" events={{ hover: true, focus: true, touch: false }}>
      <NavLink
        to={to}
        className={classes.railLink}
        aria-label={name}
        data-beyond={isInBar ? undefined : true}
      >
        <Icon size={21} stroke={1.7} aria-hidden />
        <span className={classes.railText} aria-hidden>
          {label}
        </span>
        <Waiting count={waiting} isUrgent={id === URGENT} />
      </NavLink>
    </Tooltip>
  );
}

/** On phones only: the screens that the bar has no room for. */
function More({ screens }: { screens: readonly Screen[] }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const badges = useBadges();
  const waiting = screens.reduce((sum, { id }) => sum + (badges[id] ?? 0), 0);
  const isHere = screens.some(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  const name = useNameWith(t('nav.more'), waiting);
  return (
    <Menu position="top-end" width={220}>
      <Menu.Target>
        <UnstyledButton
          className={`${classes.railLink} ${classes.more}`}
          aria-label={name}
          data-here={isHere || undefined}
        >
          <IconDots size={21} stroke={1.7} aria-hidden />
          <span className={classes.railText} aria-hidden>
            {t('nav.more')}
          </span>
          <Waiting
            count={waiting}
            isUrgent={screens.some(({ id }) => id === URGENT && (badges[id] ?? 0) > 0)}
          />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {screens.map(({ id, to, label, Icon }) => (
          <Menu.Item
            key={id}
            component={Link}
            to={to}
            leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
            rightSection={(badges[id] ?? 0) > 0 && <span className="tabular">{badges[id]}</span>}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function useNameWith(label: string, waiting: number): string {
  const { t } = useTranslation();
  return waiting > 0 ? t('nav.waiting', { label, count: waiting }) : label;
}

function Waiting({ count, isUrgent = false }: { count: number; isUrgent?: boolean }) {
  if (count === 0) return null;
  return (
    <span className={classes.railBadge} data-urgent={isUrgent || undefined} aria-hidden>
      {count > 99 ? '99+' : count}
    </span>
  );
}
