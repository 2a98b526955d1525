import { Button, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconRefresh, IconSend2 } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '@/ui/errors';
import { type Simulation, useSimulate } from '../api';
import type { Draft } from '../drawing';
import classes from './bot.module.css';

const PRESENCE = ['now', 'open', 'closed'] as const;
type Presence = (typeof PRESENCE)[number];

interface Turn {
  said: string;
  replies: Simulation['replies'];
}

interface Played {
  turns: Turn[];
  /** The drawing that was played. */
  draft: Draft;
  last: Simulation;
}

interface Props {
  flowId: string;
  draft: Draft;
  /** Has the server know the drawing as it is. */
  save(): Promise<void>;
  onPlaying(node: string | null): void;
}

/** A conversation with the bot as it is drawn, played on the server by what also talks to customers. */
export function Simulator({ flowId, draft, save, onPlaying }: Props) {
  const { t } = useTranslation();
  const [played, setPlayed] = useState<Played | null>(null);
  const [presence, setPresence] = useState<Presence>('now');
  const [text, setText] = useState('');
  const [saveError, setSaveError] = useState<unknown>(null);
  const simulate = useSimulate(flowId);
  const end = useRef<HTMLDivElement>(null);
  const isOld = played !== null && played.draft !== draft;
  const isOver = played?.last.ended ?? false;

  const restart = () => {
    setPlayed(null);
    simulate.reset();
    setSaveError(null);
    onPlaying(null);
  };
  const say = async (words: string) => {
    const turns = played?.turns ?? [];
    setSaveError(null);
    try {
      await save();
    } catch (error) {
      setSaveError(error);
      return;
    }
    const body = {
      messages: [...turns.map(({ said }) => said), words],
      ...(presence !== 'now' && { is_open: presence === 'open' }),
    };
    simulate.mutate(body, {
      onSuccess: (last) => {
        // The whole conversation is played anew each time: what was known already is not shown twice.
        const known = turns.reduce((sum, { replies }) => sum + replies.length, 0);
        setPlayed({ draft, last, turns: [...turns, { said: words, replies: last.replies.slice(known) }] });
        onPlaying(last.node);
        setText('');
      },
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) void say(text.trim());
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each turn is scrolled to
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [played]);

  const options = played?.turns.at(-1)?.replies.at(-1)?.options ?? [];
  const error = saveError ?? simulate.error;
  return (
    <section className={classes.simulator} aria-label={t('bot.try')}>
      <div className={classes.tryHead}>
        <SegmentedControl
          size="xs"
          aria-label={t('bot.presence.label')}
          value={presence}
          onChange={(value) => {
            setPresence(PRESENCE.find((known) => known === value) ?? 'now');
            restart();
          }}
          data={PRESENCE.map((value) => ({ value, label: t(`bot.presence.${value}`) }))}
        />
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconRefresh size={14} />}
          disabled={!played}
          onClick={restart}
        >
          {t('bot.restart')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <div className={classes.transcript} role="log" tabIndex={0} aria-label={t('bot.transcript')}>
        {!played && (
          <Text size="sm" c="dimmed" ta="center" py="lg">
            {t('bot.tryHint')}
          </Text>
        )}
        {played?.turns.map((turn, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: turns are only ever added at the end
          <TurnShown key={index} turn={turn} />
        ))}
        {played && <Outcome played={played.last} />}
        <div ref={end} />
      </div>
      {error !== null && error !== undefined && (
        <Text role="alert" size="sm" c="var(--danger)" px="sm">
          {describeError(error, t)}
        </Text>
      )}
      {isOld || isOver ? (
        <div className={classes.tryFoot}>
          <Text size="sm" c="dimmed">
            {t(isOld ? 'bot.drawingChanged' : 'bot.tryOver')}
          </Text>
          <Button size="xs" onClick={restart}>
            {t('bot.restart')}
          </Button>
        </div>
      ) : (
        <>
          {options.length > 0 && (
            <div className={classes.quick}>
              {options.map(({ key, label }) => (
                <Button key={key} size="compact-sm" variant="light" onClick={() => void say(key)}>
                  {key} · {label}
                </Button>
              ))}
            </div>
          )}
          <form className={classes.tryForm} onSubmit={submit}>
            <TextInput
              aria-label={t('bot.asCustomer')}
              placeholder={t('bot.asCustomer')}
              value={text}
              autoComplete="off"
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Button
              type="submit"
              px="sm"
              aria-label={t('bot.say')}
              loading={simulate.isPending}
              disabled={!text.trim()}
            >
              <IconSend2 size={17} />
            </Button>
          </form>
        </>
      )}
    </section>
  );
}

function TurnShown({ turn }: { turn: Turn }) {
  const { t } = useTranslation();
  return (
    <>
      <p className={classes.customer}>
        <span className="visually-hidden">{t('bot.customer')}: </span>
        {turn.said}
      </p>
      {turn.replies.map((reply, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what was said does not change
        <div key={index} className={classes.bot}>
          <span className="visually-hidden">{t('bot.title')}: </span>
          {reply.text}
          {reply.options.length > 0 && (
            <ul>
              {reply.options.map(({ key, label }) => (
                <li key={key}>
                  {key} · {label}
                </li>
              ))}
            </ul>
          )}
        </div>
      ))}
    </>
  );
}

/** How it stands beside what was said: asked outside, labelled, remembered, over. */
function Outcome({ played }: { played: Simulation }) {
  const { t } = useTranslation();
  const fields = Object.entries(played.fields);
  return (
    <div className={classes.outcome}>
      {played.requests.length > 0 && <p>{t('bot.askedOutside', { count: played.requests.length })}</p>}
      {played.tags.length > 0 && <p>{t('bot.tagged', { tags: played.tags.join(', ') })}</p>}
      {fields.length > 0 && (
        <p>
          {t('bot.remembers', {
            fields: fields.map(([name, value]) => `${name} = ${String(value)}`).join(', '),
          })}
        </p>
      )}
      {played.handed_over && <p className={classes.over}>{t('bot.handedOver')}</p>}
      {played.closed && <p className={classes.over}>{t('bot.closed')}</p>}
    </div>
  );
}
