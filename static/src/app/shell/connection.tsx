import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { live, useLiveState } from '@/live/react';
import { notify } from '@/ui/notify';
import classes from './shell.module.css';

/** Answers on a healthy connection come well within this; only slower ones are worth a word. */
const SLOW_MS = 1_500;

/** The live dot of the header. */
export function ConnectionState() {
  const { t } = useTranslation();
  const { status, waiting } = useLiveState();
  const word = t(`live.${status === 'idle' ? 'connecting' : status}`);
  const slow = useLasting(waiting > 0, SLOW_MS);
  const away = status !== 'live' && waiting > 0;
  return (
    <span
      className={classes.live}
      data-status={status}
      role="status"
      aria-label={t('live.label', { status: word })}
    >
      <i aria-hidden />
      <span className={classes.liveWord}>{word}</span>
      {(away || slow) && <span className={classes.liveWaiting}>{t('live.waiting', { count: waiting })}</span>}
    </span>
  );
}

/** Says what no connection means, once it has lasted long enough to matter. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const { status, waiting } = useLiveState();
  const shown = useLasting(status === 'offline', 0) || status === 'stopped';
  const wasShown = useRef(false);
  useEffect(() => {
    if (shown) wasShown.current = true;
    else if (wasShown.current && status === 'live') {
      wasShown.current = false;
      notify.done(t('live.backAgain'));
    }
  }, [shown, status, t]);

  if (!shown) return null;
  return (
    <div className={classes.banner} role="status">
      <span>{t(status === 'stopped' ? 'live.stoppedBanner' : 'live.offlineBanner')}</span>
      {waiting > 0 && <strong className="tabular">{t('live.waiting', { count: waiting })}</strong>}
      <Button size="compact-xs" variant="white" color="dark" onClick={() => live.wake('by-user')}>
        {t(status === 'stopped' ? 'live.reconnect' : 'common.retry')}
      </Button>
    </div>
  );
}

/** True once `on` has been true for that long. */
function useLasting(on: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!on) {
      setLasting(false);
      return;
    }
    const timer = setTimeout(() => setLasting(true), ms);
    return () => clearTimeout(timer);
  }, [on, ms]);
  return on && lasting;
}
