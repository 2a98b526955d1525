/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat, ChatState } from './chat';
import { type Attachment, isTheirs, type Message, type Pending } from './model';
import type { Server } from './server';
import type { Say } from './texts';

interface Props {
  chat: Chat;
  server: Server;
  state: ChatState;
  greeting: string;
  isPreview: boolean;
  say: Say;
}

/** How near the end one has to be to be taken along by what arrives. */
const NEAR_PX = 80;

export function Log({ chat, server, state, greeting, isPreview, say }: Props) {
  const { conversation, pending, typing } = state;
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [loading, setLoading] = useState(false);
  const messages = conversation?.messages ?? [];

  // biome-ignore lint/correctness/useExhaustiveDependencies: each of them makes the log longer
  useEffect(() => {
    const box = log.current;
    if (box && isAtEnd.current) box.scrollTop = box.scrollHeight;
  }, [messages.length, pending.length, typing]);

  // What comes below it, the rating or options, takes from its height.
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    const keep = new ResizeObserver(() => {
      if (isAtEnd.current) box.scrollTop = box.scrollHeight;
    });
    keep.observe(box);
    return () => keep.disconnect();
  }, []);

  const older = async () => {
    const box = log.current;
    const fromEnd = box ? box.scrollHeight - box.scrollTop : 0;
    isAtEnd.current = false;
    setLoading(true);
    await chat.older().catch(() => undefined);
    setLoading(false);
    // What one was reading stays where it is.
    requestAnimationFrame(() => box?.scrollTo({ top: box.scrollHeight - fromEnd }));
  };

  return (
    <div
      ref={log}
      class="log"
      role="log"
      aria-label={say('messages')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
      onScroll={({ currentTarget: box }) => {
        isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      }}
    >
      {conversation?.has_more && (
        <p class="notice">
          <button type="button" class="link" disabled={loading} onClick={() => void older()}>
            {loading ? say('loading') : say('older')}
          </button>
        </p>
      )}
      {!conversation && state.status === 'connecting' && <p class="notice">{say('loading')}</p>}
      {(conversation || isPreview) && messages.length === 0 && pending.length === 0 && (
        <div class="line bot">
          <div class="bubble">{greeting}</div>
        </div>
      )}
      {messages.map((message, index) => (
        <Line
          key={message.id}
          message={message}
          isLast={messages.findLastIndex((other) => !isTheirs(other)) === index}
          server={server}
          say={say}
        />
      ))}
      {pending.map((one) => (
        <PendingLine key={one.commandId} pending={one} chat={chat} say={say} />
      ))}
      {typing && <p class="typing">{say('typing', { name: typing.name })}</p>}
    </div>
  );
}

interface LineProps {
  message: Message;
  /** Whether it is the visitor's last one, which tells how far it has come. */
  isLast: boolean;
  server: Server;
  say: Say;
}

function Line({ message, isLast, server, say }: LineProps) {
  if (message.sender_type === 'system') return <p class="notice">{message.content}</p>;
  const isMine = !isTheirs(message);
  const isBot = message.sender_type === 'bot';
  const who = isMine ? say('you') : isBot ? say('bot') : message.sender_name;
  return (
    <div class={`line${isMine ? ' mine' : ''}${isBot ? ' bot' : ''}`}>
      <span class={isMine ? 'hidden' : 'who'}>{who}</span>
      <div class="bubble">
        {message.attachment && <FileShown attachment={message.attachment} server={server} say={say} />}
        {message.content}
      </div>
      {isMine && isLast && <span class="state">{say(message.is_read ? 'seen' : 'sent')}</span>}
    </div>
  );
}

function PendingLine({ pending, chat, say }: { pending: Pending; chat: Chat; say: Say }) {
  return (
    <div class="line mine">
      <div class="bubble">{pending.content || pending.attachment?.filename}</div>
      {pending.failed === null ? (
        <span class="state">{say('sending')}</span>
      ) : (
        <span class="state failed" role="alert">
          {say('notSent')}{' '}
          <button type="button" class="link" onClick={() => chat.again(pending.commandId)}>
            {say('retry')}
          </button>
        </span>
      )}
    </div>
  );
}

/** A picture, or a button that saves the file: what a link would need, the visitor's token, is in no address. */
function FileShown({ attachment, server, say }: { attachment: Attachment; server: Server; say: Say }) {
  const [picture, setPicture] = useState<string | null>(null);
  const hasPicture = attachment.thumbnail_url !== null;
  useEffect(() => {
    if (!hasPicture) return;
    let url = '';
    let isGone = false;
    server.file(attachment.id, '/thumbnail').then(
      (blob) => {
        if (isGone) return;
        url = URL.createObjectURL(blob);
        setPicture(url);
      },
      () => undefined,
    );
    return () => {
      isGone = true;
      URL.revokeObjectURL(url);
    };
  }, [attachment.id, hasPicture, server]);

  const save = async () => {
    const url = URL.createObjectURL(await server.file(attachment.id));
    const link = document.createElement('a');
    link.href = url;
    link.download = attachment.filename;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  const label = say(hasPicture ? 'image' : 'file', { name: attachment.filename });
  return (
    <button type="button" aria-label={label} onClick={() => void save().catch(() => undefined)}>
      {picture ? <img src={picture} alt={attachment.filename} /> : attachment.filename}
    </button>
  );
}
