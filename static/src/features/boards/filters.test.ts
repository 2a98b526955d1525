import { expect, it } from 'vitest';
import { type Filters, NO_FILTERS, NOBODY, passes, readFilters, writeFilters } from './filters';
import { aLead } from './testing';

const TODAY = '2026-11-22';
const lead = aLead('a', '1500.00', {
  title: 'Reforma da padaria São João',
  company: 'Pão & Cia',
  priority: 'high',
  assigned_to: 'vera',
  expected_close_date: '2026-11-21',
  tags: ['indicação'],
});
const shows = (filters: Partial<Filters>) => passes(lead, { ...NO_FILTERS, ...filters }, TODAY);

it.each<[string, Partial<Filters>, boolean]>([
  ['no filter', {}, true],
  ['text without accents', { text: 'sao joao' }, true],
  ['words from several fields', { text: 'reforma indicacao cia' }, true],
  ['other text', { text: 'farmácia' }, false],
  ['its owner', { owners: ['vera', 'ana'] }, true],
  ['nobody as owner', { owners: [NOBODY] }, false],
  ['its priority', { priorities: ['high'] }, true],
  ['another priority', { priorities: ['low'] }, false],
  ['the exact amount', { min: '1500.00', max: '1500.00' }, true],
  ['a higher minimum', { min: '1500.01' }, false],
  ['overdue', { overdue: true }, true],
])('finds a deal by %s', (_name, filters, expected) => {
  expect(shows(filters)).toBe(expected);
});

it('is not overdue on the day itself', () => {
  expect(passes({ ...lead, expected_close_date: TODAY }, { ...NO_FILTERS, overdue: true }, TODAY)).toBe(
    false,
  );
});

it('survives the address', () => {
  const filters: Filters = {
    text: 'pão & cia',
    owners: ['vera', NOBODY],
    priorities: ['high', 'urgent'],
    min: '10.00',
    max: null,
    overdue: true,
  };
  expect(
    readFilters(new URLSearchParams(writeFilters(new URLSearchParams('x=1'), filters).toString())),
  ).toEqual(filters);
  expect(writeFilters(writeFilters(new URLSearchParams('x=1'), filters), NO_FILTERS).toString()).toBe('x=1');
});
