import { expect, it } from 'vitest';
import { aboutOf, isTooLong, settingOf } from './about';

it('gives back what it read, without what is empty', () => {
  const value = { instructions: 'Seja breve.', knowledge: ['Abrimos às 8h.'], monthly_tokens: 500 };
  expect(settingOf(aboutOf(value))).toEqual(value);
  expect(settingOf({ ...aboutOf(value), knowledge: [' Abrimos às 8h. ', '  '], monthly_tokens: '' })).toEqual(
    {
      instructions: 'Seja breve.',
      knowledge: ['Abrimos às 8h.'],
    },
  );
});

it('begins with nothing where nothing was set', () => {
  expect(aboutOf(undefined)).toEqual({ instructions: '', knowledge: [], monthly_tokens: '' });
});

it('counts bytes, as the server does', () => {
  expect(isTooLong({ ...aboutOf({}), knowledge: ['ã'.repeat(29_000)] })).toBe(false);
  expect(isTooLong({ ...aboutOf({}), knowledge: ['ã'.repeat(31_000)] })).toBe(true);
});
