/** @jsxImportSource preact */
import { useRef, useState } from 'preact/hooks';
import { newId } from '@/ui/new-id';
import { isEmail } from '@/ui/validation';
import { Failed, type Server } from './server';
import type { Say } from './texts';

interface Props {
  server: Server;
  /** What the company says to those who come out of hours. */
  text: string;
  say: Say;
  onLeft(): void;
}

/** What somebody leaves while nobody is there. */
export function OfflineForm({ server, text, say, onLeft }: Props) {
  const [fields, setFields] = useState({ name: '', email: '', message: '' });
  const [state, setState] = useState<'writing' | 'sending' | 'wrong' | 'failed'>('writing');
  const id = useRef(newId());
  const set = (change: Partial<typeof fields>) => {
    setFields({ ...fields, ...change });
    // Another message is another deed.
    id.current = newId();
  };
  const submit = async () => {
    const { name, email, message } = fields;
    if (!name.trim() || !message.trim() || !isEmail(email)) return setState('wrong');
    setState('sending');
    try {
      await server.leave(fields, id.current);
      onLeft();
    } catch (error) {
      setState(error instanceof Failed && error.status === 422 ? 'wrong' : 'failed');
    }
  };
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p>{text}</p>
      <label>
        {say('name')}
        <input
          autocomplete="name"
          maxLength={100}
          value={fields.name}
          onInput={({ currentTarget }) => set({ name: currentTarget.value })}
        />
      </label>
      <label>
        {say('email')}
        <input
          type="email"
          autocomplete="email"
          maxLength={254}
          value={fields.email}
          onInput={({ currentTarget }) => set({ email: currentTarget.value })}
        />
      </label>
      <label>
        {say('message')}
        <textarea
          rows={4}
          maxLength={4_096}
          value={fields.message}
          onInput={({ currentTarget }) => set({ message: currentTarget.value })}
        />
      </label>
      {(state === 'wrong' || state === 'failed') && (
        <p class="failed" role="alert">
          {state === 'wrong' ? say('fill') : `${say('notSent')} ${say('retry')}.`}
        </p>
      )}
      <button type="submit" class="primary" disabled={state === 'sending'}>
        {state === 'sending' ? say('sending') : say('leave')}
      </button>
    </form>
  );
}
