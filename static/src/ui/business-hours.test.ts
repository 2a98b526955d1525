import { expect, it } from 'vitest';
import { another, hoursOf, isOpen, isSound, nowIn, problemsOf, settingOf, usualWeek } from './business-hours';

const span = (from: string, until: string) => ({ from, until });

it('takes no hours for always, and gives them back as none', () => {
  for (const value of [undefined, null, {}]) {
    expect(hoursOf(value).always).toBe(true);
    expect(settingOf(hoursOf(value))).toEqual({});
  }
});

it('gives back what it read, each day in order', () => {
  const value = {
    mon: [
      ['08:00', '12:00'],
      ['13:30', '00:00'],
    ],
    sat: [],
  };
  const hours = hoursOf(value);
  expect(hours.week.mon).toEqual([span('08:00', '12:00'), span('13:30', '00:00')]);
  const none = { tue: [], wed: [], thu: [], fri: [], sun: [] };
  expect(settingOf({ ...hours, week: { ...hours.week, mon: hours.week.mon.toReversed() } })).toEqual({
    ...none,
    ...value,
  });
});

it('closes every day where no day has hours, which is not the same as always', () => {
  const closed = hoursOf({ mon: [] });
  expect(closed.always).toBe(false);
  expect(isOpen(closed, { day: 'mon', time: '12:00' })).toBe(false);
});

it('says what is wrong with a span', () => {
  const spans = [
    span('08:00', '12:00'),
    span('11:59', '13:00'),
    span('18:00', '18:00'),
    span('20:00', '00:00'),
    span('', '10:00'),
    span('12:00', '13:00'),
  ];
  expect(problemsOf(spans)).toEqual([null, 'overlap', 'backwards', null, 'incomplete', 'overlap']);
  expect(isSound({ always: false, week: { ...usualWeek(), fri: spans } })).toBe(false);
  expect(isSound({ always: true, week: { ...usualWeek(), fri: spans } })).toBe(true);
});

it('offers a further span after the last one, within the day', () => {
  expect(another([])).toEqual(span('08:00', '18:00'));
  expect(another([span('08:00', '12:00')])).toEqual(span('13:00', '17:00'));
  const late = another([span('08:00', '22:30')]);
  expect(late).toEqual(span('23:00', '00:00'));
  expect(problemsOf([span('08:00', '22:30'), late])).toEqual([null, null]);
});

it('is open by the clock of the company, until midnight where that is the end', () => {
  const hours = hoursOf({
    fri: [
      ['08:00', '12:00'],
      ['13:30', '00:00'],
    ],
  });
  const cases: [string, boolean][] = [
    ['2026-11-20T10:59:00Z', false],
    ['2026-11-20T11:00:00Z', true],
    ['2026-11-20T15:00:00Z', false],
    ['2026-11-21T02:59:00Z', true],
    ['2026-11-21T03:00:00Z', false],
  ];
  for (const [at, open] of cases) {
    const now = nowIn('America/Sao_Paulo', new Date(at));
    expect([at, isOpen(hours, now)]).toEqual([at, open]);
  }
  expect(nowIn('America/Sao_Paulo', new Date('2026-11-21T03:00:00Z'))).toEqual({ day: 'sat', time: '00:00' });
});
