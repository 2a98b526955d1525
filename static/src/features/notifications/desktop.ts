/** Notifications that the browser shows outside its window, while nobody looks at any tab of ours. */
import { create } from 'zustand';

/** What the person wants in this browser; null: they were not asked, or have not answered. */
type Choice = 'on' | 'off' | null;

interface Desktop {
  permission: NotificationPermission | 'unsupported';
  choice: Choice;
}

const permissionNow = (): Desktop['permission'] =>
  'Notification' in window ? Notification.permission : 'unsupported';

export const useDesktop = create<Desktop>(() => ({ permission: permissionNow(), choice: null }));

const keyOf = (userId: string) => `balcao.desktop-notifications.${userId}`;

export function loadDesktop(userId: string): void {
  const stored = localStorage.getItem(keyOf(userId));
  const choice = stored === 'on' || stored === 'off' ? stored : null;
  useDesktop.setState({ permission: permissionNow(), choice });
}

function choose(userId: string, choice: Choice): void {
  localStorage.setItem(keyOf(userId), choice ?? '');
  useDesktop.setState({ permission: permissionNow(), choice });
}

/** Asks the browser, which asks the person; only ever called because they pressed a button. */
export async function turnOnDesktop(userId: string): Promise<void> {
  const permission = await Notification.requestPermission();
  choose(userId, permission === 'granted' ? 'on' : null);
}

export const turnOffDesktop = (userId: string): void => choose(userId, 'off');

export const isDesktopOn = ({ permission, choice }: Desktop): boolean =>
  permission === 'granted' && choice === 'on';

/** Whether to offer it: not to who said no, to us or to the browser. */
export const isDesktopOffered = ({ permission, choice }: Desktop): boolean =>
  choice === null && permission !== 'denied' && permission !== 'unsupported';

interface Shown {
  id: string;
  title: string;
  message: string;
}

/** Shows it, unless somebody looks at one of our tabs. Several tabs show it once: they give it the same tag. */
export async function showDesktop({ id, title, message }: Shown, onClick: () => void): Promise<void> {
  if (!isDesktopOn(useDesktop.getState()) || !document.hidden || (await isLookedAt())) return;
  try {
    const shown = new Notification(title, { body: message, tag: id, icon: '/icon-192.png' });
    shown.onclick = () => {
      shown.close();
      window.focus();
      onClick();
    };
  } catch {
    // Browsers on phones show them by service workers only.
  }
}

const LOOKED_AT = 'balcao.looked-at';

async function isLookedAt(): Promise<boolean> {
  const { held } = (await navigator.locks?.query()) ?? {};
  return held?.some(({ name }) => name === LOOKED_AT) ?? false;
}

/** Holds a lock while this tab is looked at, by which the others know. Ends with the returned function. */
export function tellLookedAt(): () => void {
  let letGo: (() => void) | null = null;
  const look = () => {
    if (document.hidden) {
      letGo?.();
      letGo = null;
    } else if (!letGo && navigator.locks) {
      const until = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      void navigator.locks.request(LOOKED_AT, { mode: 'shared' }, () => until);
    }
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    letGo?.();
  };
}
