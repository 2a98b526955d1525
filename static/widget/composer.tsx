/** @jsxImportSource preact */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from './chat';
import { AttachIcon, SendIcon } from './icons';
import { Failed, type Server } from './server';
import type { Say } from './texts';

const MOST_CHARACTERS = 4_096;

export function Composer({ chat, server, say }: { chat: Chat; server: Server; say: Say }) {
  const [text, setText] = useState('');
  const [note, setNote] = useState<{ text: string; failed: boolean } | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);

  useEffect(() => field.current?.focus(), []);

  const send = () => {
    const words = text.trim();
    if (!words) return;
    chat.say(words);
    setText('');
    field.current?.focus();
  };
  const attach = async (list: File[]) => {
    for (const file of list) {
      setNote({ text: say('uploading', { name: file.name }), failed: false });
      try {
        chat.say('', await server.upload(file));
        setNote(null);
      } catch (error) {
        const status = error instanceof Failed ? error.status : 0;
        const why = status === 413 ? 'tooLarge' : status === 422 ? 'refused' : 'notUploaded';
        setNote({ text: say(why, { name: file.name }), failed: true });
        return;
      }
    }
  };

  return (
    <>
      {note && (
        <p class={`strip${note.failed ? ' failed' : ''}`} role={note.failed ? 'alert' : 'status'}>
          {note.text}
        </p>
      )}
      <form
        class="compose"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <input
          ref={files}
          type="file"
          class="hidden"
          tabIndex={-1}
          aria-hidden="true"
          multiple
          onChange={({ currentTarget: input }) => {
            void attach([...(input.files ?? [])]);
            input.value = '';
          }}
        />
        <button type="button" class="tool" aria-label={say('attach')} onClick={() => files.current?.click()}>
          <AttachIcon />
        </button>
        <textarea
          ref={field}
          rows={1}
          aria-label={say('write')}
          placeholder={say('write')}
          maxLength={MOST_CHARACTERS}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            if (currentTarget.value.trim()) chat.typing();
            else chat.viewing();
          }}
          onKeyDown={(event) => {
            // Enter also ends what an input method is writing.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="tool" aria-label={say('send')}>
          <SendIcon />
        </button>
      </form>
    </>
  );
}
