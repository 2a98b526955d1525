import i18next from 'i18next';
import { beforeAll, expect, it } from 'vitest';
import { changeLanguage, loadTexts, startI18n } from '.';

beforeAll(() => startI18n('pt-BR'));

it('shows what a screen brought along in the language of now, and after a change in the other', async () => {
  expect(i18next.exists('bot.title')).toBe(false);
  await loadTexts('bot');
  expect(i18next.t('bot.title')).toBe('Robô');
  await changeLanguage('en');
  expect(i18next.t('bot.title')).toBe('Bot');
});

it('follows a change that is made while a screen loads', async () => {
  await changeLanguage('pt-BR');
  await Promise.all([loadTexts('bot'), changeLanguage('en')]);
  expect(i18next.t('bot.kinds.close')).toBe('Close');
});
