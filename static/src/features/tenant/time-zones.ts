/** The clocks of Brazil: most companies go by one of them. */
const BRAZIL = [
  'America/Sao_Paulo',
  'America/Bahia',
  'America/Fortaleza',
  'America/Recife',
  'America/Belem',
  'America/Manaus',
  'America/Cuiaba',
  'America/Campo_Grande',
  'America/Porto_Velho',
  'America/Boa_Vista',
  'America/Rio_Branco',
  'America/Noronha',
];

export interface TimeZone {
  value: string;
  label: string;
}

/** What to choose from: Brazil's first, then all that this browser knows; `current` is among them in any case. */
export function timeZones(current: string, at = new Date()): TimeZone[] {
  const names = new Set([...BRAZIL, current, ...Intl.supportedValuesOf('timeZone')]);
  return [...names].map((value) => ({
    value,
    label: `${value.replaceAll('_', ' ')} (${offset(value, at)})`,
  }));
}

/** `GMT-3`; nothing more of a zone that this browser does not know. */
function offset(timeZone: string, at: Date): string {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(at);
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  } catch {
    return timeZone;
  }
}
