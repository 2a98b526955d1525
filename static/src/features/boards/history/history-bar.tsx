import { ActionIcon, Button, Popover, Text, TextInput, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconCalendarSearch,
  IconChevronLeft,
  IconChevronRight,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '@/ui/commands';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { PersonAvatar } from '@/ui/person-avatar';
import { deedOf, deedText, leadOf } from '../deeds';
import { boardUi } from '../store';
import { useOpenBoard } from '../use-board';
import classes from './history.module.css';
import { type Playback, usePlayback } from './playback';
import { type BoardHistory, fetchSeqAt, type Moment } from './use-history';

/** The slim timeline under the header: where one is, what happened there, and the way back to now. */
export default function HistoryBar({ history }: { history: BoardHistory }) {
  const { t } = useTranslation();
  const playback = usePlayback(history);
  useHistoryKeys(history, playback);
  useMark(history.moment);
  const empty = history.range !== null && history.range.first === history.range.last;
  return (
    <section className={classes.bar} aria-label={t('history.title')}>
      <div className={classes.controls}>
        <Steps history={history} playback={playback} disabled={empty} />
        <Slider history={history} playback={playback} disabled={empty} />
        <JumpToTime history={history} disabled={empty} />
        <Button size="compact-sm" className={classes.back} onClick={history.close}>
          {t('history.backToLive')}
        </Button>
      </div>
      <div className={classes.told}>
        {empty ? <span>{t('history.empty')}</span> : <WhatHappened history={history} />}
      </div>
    </section>
  );
}

interface PartProps {
  history: BoardHistory;
  playback: Playback;
  disabled: boolean;
}

function Steps({ history, playback, disabled }: PartProps) {
  const { t } = useTranslation();
  const { range, seq } = history;
  const step = (by: number) => {
    playback.stop();
    history.go(Math.max(seq + by, range?.first ?? 0));
  };
  const { playing, speed } = playback;
  return (
    <div className={classes.steps}>
      <Tooltip label={`${t('history.previous')} (←)`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('history.previous')}
          disabled={disabled || seq <= (range?.first ?? 0)}
          onClick={() => step(-1)}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${t(playing ? 'history.pause' : 'history.play')} (P)`}>
        <ActionIcon
          variant="light"
          aria-label={t(playing ? 'history.pause' : 'history.play')}
          disabled={disabled}
          onClick={playback.toggle}
        >
          {playing ? <IconPlayerPause size={17} /> : <IconPlayerPlay size={17} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${t('history.next')} (→)`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('history.next')}
          disabled={disabled || seq >= (range?.last ?? 0)}
          onClick={() => step(1)}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('history.speedHint')}>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          className="tabular"
          aria-label={t('history.speed', { speed })}
          disabled={disabled}
          onClick={playback.faster}
        >
          {speed}×
        </Button>
      </Tooltip>
    </div>
  );
}

function Slider({ history, playback, disabled }: PartProps) {
  const { t } = useTranslation();
  const { range, seq } = history;
  const first = range?.first ?? 0;
  const last = range?.last ?? 0;
  const sentence = useSentence(history.moment);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    playback.toggle();
  };
  return (
    <input
      type="range"
      className={classes.slider}
      style={{ '--done': last > first ? (seq - first) / (last - first) : 1 } as React.CSSProperties}
      aria-label={t('history.slider')}
      aria-valuetext={`${t('history.position', { number: seq - first, count: last - first })}: ${sentence}`}
      disabled={disabled}
      min={first}
      max={last}
      value={seq}
      onChange={(event) => {
        playback.stop();
        history.go(Number(event.currentTarget.value));
      }}
      onKeyDown={onKeyDown}
    />
  );
}

/** To the board as it stood on a day at an hour. */
function JumpToTime({ history, disabled }: { history: BoardHistory; disabled: boolean }) {
  const { t } = useTranslation();
  const { board } = useOpenBoard();
  const [opened, setOpened] = useState(false);
  const [time, setTime] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const jump = async () => {
    const date = new Date(time);
    if (Number.isNaN(date.getTime())) return setError(t('validation.required'));
    setBusy(true);
    try {
      history.go(await fetchSeqAt(board.id, date));
      setOpened(false);
      setError(null);
    } catch (problem) {
      const outside = (problem as { status?: number }).status === 422;
      setError(outside ? t('history.beforeBeginning') : describeError(problem, t));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={250} trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t('history.jump')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('history.jump')}
            disabled={disabled}
            onClick={() => setOpened((was) => !was)}
          >
            <IconCalendarSearch size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void jump();
          }}
        >
          <TextInput
            type="datetime-local"
            label={t('history.jumpLabel')}
            value={time}
            error={error}
            onChange={(event) => setTime(event.currentTarget.value)}
          />
          <Button type="submit" size="compact-sm" mt="xs" loading={busy}>
            {t('history.jumpGo')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function WhatHappened({ history }: { history: BoardHistory }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const sentence = useSentence(history.moment);
  const { status, moment, range, seq } = history;
  if (status === 'offline') return <span role="status">{t('history.offline')}</span>;
  if (status === 'failed') {
    return (
      <>
        <span role="alert">{describeError(history.error, t)}</span>
        <Button size="compact-xs" variant="default" onClick={history.retry}>
          {t('common.retry')}
        </Button>
      </>
    );
  }
  if (status === 'loading' || !moment || !range) return <span role="status">{t('history.loading')}</span>;
  const { event } = moment;
  const newer = range.last - seq;
  return (
    <>
      {event?.by && (
        <PersonAvatar person={{ id: event.by.id, full_name: event.by.name }} size={22} label="" />
      )}
      <span className={classes.sentence}>{sentence}</span>
      {event && (
        <time dateTime={event.at} title={formats.relative(event.at)} className={classes.when}>
          {formats.dateTime(event.at)}
        </time>
      )}
      <TakeBack moment={moment} />
      <Text component="span" className={classes.newer}>
        {t('history.newer', { count: newer })}
      </Text>
    </>
  );
}

/** Offered where the person has the right to it; whether it still makes sense is the server's word. */
function TakeBack({ moment }: { moment: Moment }) {
  const { t } = useTranslation();
  const { board, mayUndo, undo } = useOpenBoard();
  const { event, undone } = moment;
  if (!event) return null;
  if (undone) return <span className={classes.undone}>{t('history.undone')}</span>;
  if (board.archived || !mayUndo(event)) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<IconArrowBackUp size={14} />}
      onClick={() => undo.actions.takeBack(event.seq)}
    >
      {t('undo.undo')}
    </Button>
  );
}

/** `Vera moveu “Alfa” de Novo para Proposta` */
function useSentence(moment: Moment | null): string {
  const { t } = useTranslation();
  const event = moment?.event;
  if (!event) return t('history.beginning');
  const who = event.by?.name ?? t('app.name');
  const did = deedText(deedOf(moment.before, event), t);
  return event.undoes_seq ? t('history.undid', { who, did }) : t('history.whoDid', { who, did });
}

/** The card that the event is about stands out, in the colour of who did it. */
function useMark(moment: Moment | null): void {
  const { event } = moment ?? {};
  useEffect(() => {
    const leadId = event && leadOf(event);
    boardUi.set({ marked: leadId && event.by ? { leadId, by: event.by } : null });
  }, [event]);
  useEffect(() => () => boardUi.set({ marked: null }), []);
}

function useHistoryKeys(history: BoardHistory, playback: Playback): void {
  const { t } = useTranslation();
  const { range, seq, go } = history;
  const step = (by: number) => {
    playback.stop();
    go(Math.max(seq + by, range?.first ?? 0));
  };
  useShortcuts(t('history.title'), [
    { keys: '←', key: 'ArrowLeft', label: t('history.previous'), run: () => step(-1) },
    { keys: '→', key: 'ArrowRight', label: t('history.next'), run: () => step(1) },
    { keys: 'P', key: 'p', label: t('history.playPause'), run: playback.toggle },
    { keys: 'Esc', key: 'Escape', label: t('history.backToLive'), run: history.close },
  ]);
}
