/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat, ChatState } from './chat';
import { Composer } from './composer';
import type { Config } from './config';
import { ChatIcon, CloseIcon } from './icons';
import { Log } from './log';
import { openOptions, unseen } from './model';
import { OfflineForm } from './offline-form';
import { RatingForm } from './rating-form';
import type { Channel, Server } from './server';
import type { Say } from './texts';

export interface WidgetProps {
  chat: Chat;
  server: Server;
  channel: Channel;
  config: Config;
  say: Say;
}

export function useChat(chat: Chat): ChatState {
  const [state, setState] = useState(chat.state);
  useEffect(() => {
    setState(chat.state);
    return chat.watch(() => setState(chat.state));
  }, [chat]);
  return state;
}

export function Widget(props: WidgetProps) {
  const { chat, say, config } = props;
  const [isOpen, setOpen] = useState(false);
  const launcher = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  const state = useChat(chat);
  const waiting = state.conversation ? unseen(state.conversation) : 0;

  useEffect(() => {
    // The focus goes back to where the panel was opened from.
    if (wasOpen.current && !isOpen) launcher.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);

  // Begins anew where another preview is asked for.
  if (isOpen) return <Panel key={config.preview} {...props} state={state} onClose={() => setOpen(false)} />;
  return (
    <button
      ref={launcher}
      type="button"
      class="launcher"
      aria-label={waiting > 0 ? say('openUnread', { n: waiting }) : say('open')}
      onClick={() => setOpen(true)}
    >
      <ChatIcon />
      {waiting > 0 && (
        <span class="badge" aria-hidden="true">
          {waiting > 99 ? '99+' : waiting}
        </span>
      )}
      {config.title && <span class="hidden">{config.title}</span>}
    </button>
  );
}

function Panel(props: WidgetProps & { state: ChatState; onClose(): void }) {
  const { chat, server, channel, config, say, state, onClose } = props;
  const { conversation, pending, status } = state;
  const [isNew] = useState(server.token() === null);
  // Whoever has talked here before goes on; others leave a message while nobody is there.
  const [hasLeft, setLeft] = useState(false);
  const isNobodyThere = config.preview ? config.preview === 'closed' : !channel.is_open && isNew;
  const leaving = isNobodyThere && config.offline === 'form' && !hasLeft;
  const options = conversation ? openOptions(conversation, pending) : [];

  useEffect(() => {
    // Looking at a preview leaves no trace: it begins with what is written.
    if (!leaving && !config.preview) void chat.start();
  }, [chat, leaving, config.preview]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever arrives while the panel is open is seen
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && chat.saw();
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [chat, conversation, status]);

  const title = config.title || channel.name || say('title');
  return (
    <div
      class="panel"
      role="dialog"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" aria-label={say('close')} onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      {leaving ? (
        <OfflineForm
          server={server}
          text={config.offlineText || say('offline')}
          say={say}
          onLeft={() => setLeft(true)}
        />
      ) : (
        <>
          {status === 'away' && (
            <p class="strip" role="status">
              {say('reconnecting')}
            </p>
          )}
          {status === 'over' && (
            <p class="strip" role="alert">
              {say('unavailable')}
            </p>
          )}
          <Log
            chat={chat}
            server={server}
            state={state}
            greeting={config.greeting || say('greeting')}
            isPreview={config.preview !== null}
            say={say}
          />
          {options.length > 0 && (
            <fieldset class="options">
              <legend class="hidden">{say('choose')}</legend>
              {options.map(({ key, label }) => (
                <button key={key} type="button" onClick={() => chat.say(key)}>
                  {label || key}
                </button>
              ))}
            </fieldset>
          )}
          {conversation?.status === 'closed' && (
            <RatingForm key={conversation.id} chat={chat} rated={conversation.rating !== null} say={say} />
          )}
          {status !== 'over' && <Composer chat={chat} server={server} say={say} />}
        </>
      )}
    </div>
  );
}
