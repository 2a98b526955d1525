import { ActionIcon, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconKeyboard, IconLogout, IconSearch, IconSettings } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSession, useSignOut } from '@/api/queries';
import { LANGUAGES, type Language } from '@/i18n';
import { live } from '@/live/react';
import { THEMES, type Theme, useAppearance } from '@/ui/appearance';
import { patiently } from '@/ui/patiently';
import { PersonAvatar } from '@/ui/person-avatar';
import { ConnectionState } from './connection';
import classes from './shell.module.css';

// Nobody waits for it to see the screen.
const Bell = lazy(patiently(() => import('@/features/notifications/bell')));

export function Header({ onSearch, onShortcuts }: { onSearch(): void; onShortcuts(): void }) {
  const { t } = useTranslation();
  const user = useSession()?.user;
  return (
    <header className={classes.header}>
      <span className={classes.tenant}>{user?.tenant.name}</span>
      <UnstyledButton
        className={classes.search}
        onClick={onSearch}
        aria-label={`${t('nav.search')} (Ctrl K)`}
      >
        <IconSearch size={15} aria-hidden />
        <span>{t('nav.search')}</span>
        <kbd>Ctrl K</kbd>
      </UnstyledButton>
      <span className={classes.headerEnd}>
        <ConnectionState />
        <Tooltip label={`${t('shortcuts.title')} (?)`}>
          <ActionIcon
            className={classes.wideOnly}
            variant="subtle"
            color="gray"
            aria-label={t('shortcuts.title')}
            onClick={onShortcuts}
          >
            <IconKeyboard size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
        <span className={classes.bell}>
          <Suspense>{user && <Bell userId={user.id} />}</Suspense>
        </span>
        <ProfileMenu onShortcuts={onShortcuts} />
      </span>
    </header>
  );
}

function ProfileMenu({ onShortcuts }: { onShortcuts(): void }) {
  const { t } = useTranslation();
  const user = useSession()?.user;
  const { theme, setTheme, language, setLanguage } = useAppearance();
  const signOut = useSignOut();
  if (!user) return null;

  const leave = () => {
    const { waiting } = live.getState();
    if (waiting > 0 && !confirm(t('auth.leaveWaiting', { count: waiting }))) return;
    live.stop({ discard: true });
    void signOut();
  };

  return (
    <Menu width={240} position="bottom-end" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.profile} aria-label={t('profile.menu', { name: user.full_name })}>
          <PersonAvatar person={user} size={28} label="" />
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong>{user.full_name}</strong>
          <span>{user.email}</span>
          <span>
            {user.tenant.name} · {t(`roles.${user.role}`)}
          </span>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={15} />}>
          {t('nav.settings')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={15} />} onClick={onShortcuts}>
          {t('shortcuts.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('profile.theme')}</Menu.Label>
        <Menu.RadioGroup value={theme} onChange={(option) => setTheme(option as Theme)}>
          {THEMES.map((option) => (
            <Menu.RadioItem key={option} value={option}>
              {t(`profile.themes.${option}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t('profile.language')}</Menu.Label>
        <Menu.RadioGroup value={language} onChange={(option) => setLanguage(option as Language)}>
          {LANGUAGES.map((option) => (
            <Menu.RadioItem key={option} value={option} lang={option}>
              {t(`profile.languages.${option}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={leave}>
          {t('auth.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
