/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { Chat } from './chat';
import type { Say } from './texts';

const SCORES = [1, 2, 3, 4, 5];

export function RatingForm({ chat, rated, say }: { chat: Chat; rated: boolean; say: Say }) {
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState('');
  const [state, setState] = useState<'writing' | 'sending' | 'failed'>('writing');
  if (rated) {
    return (
      <p class="notice padded" role="status">
        {say('thanks')}
      </p>
    );
  }
  return (
    <form
      class="stack rating"
      onSubmit={(event) => {
        event.preventDefault();
        setState('sending');
        void chat.rate(score, comment).then((done) => setState(done ? 'writing' : 'failed'));
      }}
    >
      <p class="notice">{say('ended')}</p>
      <fieldset>
        <legend>{say('rate')}</legend>
        {SCORES.map((value) => (
          <span key={value} class={`star${value <= score ? ' on' : ''}`}>
            <input
              type="radio"
              name="score"
              value={value}
              checked={value === score}
              aria-label={say('score', { n: value })}
              onChange={() => setScore(value)}
            />
            <span aria-hidden="true">★</span>
          </span>
        ))}
      </fieldset>
      {score > 0 && (
        <>
          <label>
            {say('comment')}
            <textarea
              rows={2}
              maxLength={500}
              value={comment}
              onInput={({ currentTarget }) => setComment(currentTarget.value)}
            />
          </label>
          {state === 'failed' && (
            <p class="failed" role="alert">
              {say('notSent')}
            </p>
          )}
          <button type="submit" class="primary" disabled={state === 'sending'}>
            {say('rateSend')}
          </button>
        </>
      )}
    </form>
  );
}
