import { useTranslation } from 'react-i18next';

export interface Formats {
  language: string;
  /** `R$ 1.234,50` */
  money(amount: string): string;
  /** `R$ 1.234`, with cents only where there are some. */
  moneyShort(amount: string): string;
  /** `R$ 1.235`, and from ten millions on `R$ 12,3 mi`: for figures at a glance. */
  moneyRound(amount: string): string;
  number(value: number): string;
  /** `12 dez 2026` */
  date(value: string): string;
  /** `12 dez`, with the year only when it is another one. */
  dateShort(value: string): string;
  dateTime(value: string): string;
  /** `14:02` */
  time(value: string): string;
  /** `há 5 minutos` */
  relative(value: string, now?: number): string;
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** A date without time means that day wherever one is; parsing it as UTC would show the day before in Brazil. */
function parse(value: string): Date {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T12:00:00`) : new Date(value);
}

export function createFormats(language: string, justNow: string): Formats {
  const money = new Intl.NumberFormat(language, { style: 'currency', currency: 'BRL' });
  const moneyShort = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'BRL',
    trailingZeroDisplay: 'stripIfInteger',
  });
  const moneyWhole = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'BRL',
    maximumFractionDigits: 0,
  });
  const moneyLarge = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: 'BRL',
    notation: 'compact',
    maximumFractionDigits: 1,
  });
  const number = new Intl.NumberFormat(language);
  const dayMonth = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const full = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  // "12 de dez. de 2026" → "12 dez 2026"
  const plain = (text: string) => text.replace(/ de /g, ' ').replace(/\./g, '');

  return {
    language,
    // Amounts are decimal strings; Intl reads them digit by digit, without a float in between.
    money: (amount) => money.format(amount as `${number}`),
    moneyShort: (amount) => moneyShort.format(amount as `${number}`),
    moneyRound: (amount) => (/^-?\d{8}/.test(amount) ? moneyLarge : moneyWhole).format(amount as `${number}`),
    number: (value) => number.format(value),
    date: (value) => plain(full.format(parse(value))),
    dateShort: (value) => {
      const date = parse(value);
      return plain((date.getFullYear() === new Date().getFullYear() ? dayMonth : full).format(date));
    },
    dateTime: (value) => exact.format(parse(value)),
    time: (value) => clock.format(parse(value)),
    relative: (value, now = Date.now()) => {
      const seconds = (parse(value).getTime() - now) / 1000;
      const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
      return unit ? relative.format(Math.round(seconds / unit[1]), unit[0]) : justNow;
    },
  };
}

/** Each language's, made once: every card asks for them, and making them takes longer than drawing a card. */
const made = new Map<string, Formats>();

export function useFormats(): Formats {
  const { t, i18n } = useTranslation();
  const known = made.get(i18n.language);
  if (known) return known;
  const formats = createFormats(i18n.language, t('time.now'));
  made.set(i18n.language, formats);
  return formats;
}
