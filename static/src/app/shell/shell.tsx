import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { useMayI, useSession } from '@/api/queries';
import { useOnlineFeed } from '@/live/online';
import { useLiveConnection, useLiveState } from '@/live/react';
import { THEMES, useAppearance, useProfileAppearance } from '@/ui/appearance';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { ErrorBoundary } from '@/ui/error-boundary';
import { patiently } from '@/ui/patiently';
import { loadDensity, usePreferences } from '@/ui/preferences';
import { useServicePlaces } from '../service-places';
import { ConnectionBanner } from './connection';
import { Header } from './header';
import { Navigation } from './navigation';
import { Palette } from './palette';
import { useScreens } from './screens';
import classes from './shell.module.css';
import { ShortcutsOverlay } from './shortcuts-overlay';

// Nobody waits for them to see the screen.
const RoomFollowers = lazy(patiently(() => import('@/features/chat/room-followers')));
const InboxFollower = lazy(patiently(() => import('@/features/inbox/inbox-follower')));

export default function Shell() {
  const user = useSession()?.user;
  return user ? <SignedInShell user={user} /> : null;
}

function SignedInShell({ user }: { user: NonNullable<ReturnType<typeof useSession>>['user'] }) {
  const { t } = useTranslation();
  const location = useLocation();
  const mayChat = useMayI('chat.use');
  const mayTalk = useMayI('conversations.use');
  const density = usePreferences((preferences) => preferences.density);
  const [paletteOpened, palette] = useDisclosure();
  const [shortcutsOpened, shortcuts] = useDisclosure();

  useLiveConnection(user);
  useOnlineFeed();
  useProfileAppearance();
  useUnsentGuard();
  useEffect(() => loadDensity(user.id), [user.id]);

  useHotkeys([['mod+K', palette.toggle]], []);
  useShortcuts(t('shortcuts.everywhere'), [
    { keys: 'Ctrl K', label: t('shortcuts.palette') },
    { keys: '?', key: '?', label: t('shortcuts.help'), run: shortcuts.open },
  ]);
  useShellCommands(shortcuts.open);

  return (
    <div className={classes.shell} data-density={density}>
      <a className={classes.skip} href="#content">
        {t('nav.skip')}
      </a>
      <Navigation />
      <Header onSearch={palette.open} onShortcuts={shortcuts.open} />
      <ConnectionBanner />
      <main id="content" className={classes.main} tabIndex={-1}>
        <ErrorBoundary resetKey={location.pathname}>
          <Suspense>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      {mayChat && (
        <Suspense>
          <RoomFollowers />
        </Suspense>
      )}
      {mayTalk && (
        <Suspense>
          <InboxFollower />
        </Suspense>
      )}
      <Palette opened={paletteOpened} onClose={palette.close} />
      <ShortcutsOverlay opened={shortcutsOpened} onClose={shortcuts.close} />
    </div>
  );
}

/** The browser asks before a page with unsent changes is closed. */
function useUnsentGuard(): void {
  const { waiting } = useLiveState();
  useEffect(() => {
    if (waiting === 0) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [waiting]);
}

function useShellCommands(openShortcuts: () => void): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const screens = useScreens();
  const places = useServicePlaces();
  const { setTheme } = useAppearance();
  // biome-ignore lint/correctness/useExhaustiveDependencies: setTheme and the screens are new with each render; they differ only with the language and their number
  const commands = useMemo<Command[]>(() => {
    const goTo = t('palette.goTo');
    const actions = t('palette.actions');
    return [
      ...screens.map(({ id, to, label }) => ({
        id: `go-${id}`,
        group: goTo,
        label,
        run: () => navigate(to),
      })),
      ...places
        .filter(({ to }) => !screens.some((screen) => screen.to === to))
        .map(({ id, to, name }) => ({ id: `go-${id}`, group: goTo, label: name, run: () => navigate(to) })),
      ...THEMES.map((theme) => ({
        id: `theme-${theme}`,
        group: actions,
        label: `${t('profile.theme')}: ${t(`profile.themes.${theme}`)}`,
        run: () => setTheme(theme),
      })),
      { id: 'shortcuts', group: actions, label: t('shortcuts.title'), run: openShortcuts },
    ];
  }, [t, navigate, screens.length, places.length, openShortcuts]);
  useCommands('shell', commands);
}
