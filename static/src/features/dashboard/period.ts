/** The time that the dashboard tells of, as the address has it. */
export const SPANS = ['7d', '30d', '90d', 'year'] as const;
export type Span = (typeof SPANS)[number];

export type Period = { span: Span } | { from: string; to: string };

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Without a period that makes sense: the last 30 days. */
export function readPeriod(params: URLSearchParams): Period {
  const from = params.get('from') ?? '';
  const to = params.get('to') ?? '';
  if (DAY.test(from) && DAY.test(to) && from <= to) return { from, to };
  return { span: SPANS.find((span) => span === params.get('period')) ?? '30d' };
}

/** The period as a query of the API or of the address. */
export const periodQuery = (period: Period): { period: Span } | { from: string; to: string } =>
  'span' in period ? { period: period.span } : period;
