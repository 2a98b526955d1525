import { describe, expect, it } from 'vitest';
import { nameBeingWritten, piecesOf } from './rich-text';

const marked = (text: string, names: string[] = []) =>
  piecesOf(text, names).flatMap((piece) => (piece.kind === 'text' ? [] : [piece.text]));

describe('a message', () => {
  it('has links without what ends the sentence', () => {
    expect(marked('Veja https://a.com/x, (https://b.com/y_(z)) e http://c.com.')).toEqual([
      'https://a.com/x',
      'https://b.com/y_(z)',
      'http://c.com',
    ]);
  });

  it('never makes a link of anything but the web', () => {
    expect(marked('javascript:alert(1) data:text/html,x file:///etc')).toEqual([]);
  });

  it('names people by their whole or first name, but not in addresses', () => {
    expect(marked('@Ana Souza e @ana, ana@souza.com @Anabel', ['Ana Souza'])).toEqual(['@Ana Souza', '@ana']);
  });

  it('loses no letter', () => {
    const text = 'a @Ana https://a.com/b. fim';
    expect(
      piecesOf(text, ['Ana'])
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
});

it('knows what name is being written at the caret', () => {
  expect(nameBeingWritten('oi @An', 6)).toEqual({ from: 3, query: 'An' });
  expect(nameBeingWritten('oi @Ana So', 10)).toEqual({ from: 3, query: 'Ana So' });
  expect(nameBeingWritten('ana@souza', 9)).toBeNull();
  expect(nameBeingWritten('@Ana Souza veja', 15)).toBeNull();
});
