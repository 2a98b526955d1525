/** Figures over the last days, as the server counts them: thirty, the oldest first. Pure. */
import type { SellerStats } from './types';

type Day = { date: string; contacted: number };

export const SPANS = ['1', '7', '30'] as const;
export type Span = (typeof SPANS)[number];

export const readSpan = (text: string | null): Span => SPANS.find((span) => span === text) ?? '7';

export const lastDays = (days: readonly Day[], span: Span): Day[] => days.slice(-Number(span));

export const contactedIn = (days: readonly Day[], span: Span): number =>
  lastDays(days, span).reduce((sum, { contacted }) => sum + contacted, 0);

/** Who contacted the most within the span comes first. */
export function ranked(sellers: readonly SellerStats[], span: Span): (SellerStats & { inSpan: number })[] {
  return sellers
    .map((seller) => ({ ...seller, inSpan: contactedIn(seller.by_day, span) }))
    .sort((a, b) => b.inSpan - a.inSpan || a.name.localeCompare(b.name));
}
