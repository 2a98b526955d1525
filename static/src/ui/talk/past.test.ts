import { describe, expect, it } from 'vitest';
import { caughtUp, join, shown } from './past';

interface Message {
  id: string;
  number: number;
  content: string;
}
const message = (number: number, content = `Mensagem ${number}`): Message => ({
  id: `m${number}`,
  number,
  content,
});
const messages = (first: number, last: number): Message[] =>
  Array.from({ length: last - first + 1 }, (_, index) => message(first + index));
const numbers = (list: { number: number }[]) => list.map(({ number }) => number);

describe('history', () => {
  it('stands before the newest messages without a seam', () => {
    const view = shown(messages(3, 6), messages(6, 8));
    expect(numbers(view.messages)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(view).toMatchObject({ hasOlder: true, hasNewer: false });
    expect(shown(messages(1, 2), messages(3, 4)).hasOlder).toBe(false);
  });

  it('is shown alone after a jump far back, until it reaches the newest', () => {
    const newest = messages(90, 100);
    let past = messages(10, 20);
    expect(shown(past, newest)).toMatchObject({ messages: past, hasOlder: true, hasNewer: true });
    past = join(past, messages(21, 60));
    past = join(past, messages(61, 92));
    const view = shown(past, newest);
    expect(view.hasNewer).toBe(false);
    expect(numbers(view.messages)).toEqual(numbers(messages(10, 100)));
  });

  it('never has a hole: what does not touch it takes its place', () => {
    expect(numbers(join(messages(40, 50), messages(10, 20)))).toEqual(numbers(messages(10, 20)));
  });

  it('takes the newer of two versions of a message', () => {
    const fresh = message(12, 'corrigida');
    expect(join(messages(10, 12), [fresh]).at(-1)).toBe(fresh);
  });

  it('learns what happened while it was on its way', () => {
    const change = (list: Message[], id: string) =>
      list.map((one) => (one.id === id ? { ...one, content: 'apagada' } : one));
    const part = caughtUp(messages(1, 3), ['m2'], change);
    expect(part.map(({ content }) => content)).toEqual(['Mensagem 1', 'apagada', 'Mensagem 3']);
  });
});
