/** What the board shows: kept in the address, so that a filtered board can be sent to a colleague. */
import { toCents } from '@/ui/money';
import { matches } from '@/ui/text';
import { type Lead, PRIORITIES, type Priority } from './types';

/** Stands for "nobody" among the owners. */
export const NOBODY = 'none';

export interface Filters {
  text: string;
  owners: string[];
  priorities: Priority[];
  min: string | null;
  max: string | null;
  overdue: boolean;
}

export const NO_FILTERS: Filters = {
  text: '',
  owners: [],
  priorities: [],
  min: null,
  max: null,
  overdue: false,
};

export function readFilters(params: URLSearchParams): Filters {
  const list = (name: string) => params.get(name)?.split(',').filter(Boolean) ?? [];
  return {
    text: params.get('q') ?? '',
    owners: list('owner'),
    priorities: PRIORITIES.filter((priority) => list('priority').includes(priority)),
    min: params.get('min') || null,
    max: params.get('max') || null,
    overdue: params.get('overdue') === '1',
  };
}

/** The same parameters with these filters; what is not a filter stays. */
export function writeFilters(params: URLSearchParams, filters: Filters): URLSearchParams {
  const next = new URLSearchParams(params);
  const set = (name: string, value: string | null) => (value ? next.set(name, value) : next.delete(name));
  set('q', filters.text);
  set('owner', filters.owners.join(','));
  set('priority', filters.priorities.join(','));
  set('min', filters.min);
  set('max', filters.max);
  set('overdue', filters.overdue ? '1' : null);
  return next;
}

export function activeFilters({ owners, priorities, min, max, overdue }: Filters): number {
  return [owners.length, priorities.length, min !== null || max !== null, overdue].filter(Boolean).length;
}

export const isFiltering = (filters: Filters): boolean => filters.text !== '' || activeFilters(filters) > 0;

export function passes(lead: Lead, filters: Filters, today: string): boolean {
  const { text, owners, priorities, min, max, overdue } = filters;
  if (owners.length > 0 && !owners.includes(lead.assigned_to ?? NOBODY)) return false;
  if (priorities.length > 0 && !priorities.includes(lead.priority)) return false;
  if (min !== null && toCents(lead.value) < toCents(min)) return false;
  if (max !== null && toCents(lead.value) > toCents(max)) return false;
  if (overdue && !isOverdue(lead, today)) return false;
  return text === '' || matches(searchable(lead), text);
}

export function isOverdue(lead: Lead, today: string): boolean {
  return lead.expected_close_date !== null && lead.expected_close_date < today;
}

/** Today as `YYYY-MM-DD` where the person is. */
export function localToday(now = new Date()): string {
  const month = String(now.getMonth() + 1).padStart(2, '0');
  return `${now.getFullYear()}-${month}-${String(now.getDate()).padStart(2, '0')}`;
}

export function daysUntil(date: string, today: string): number {
  return Math.round((Date.parse(date) - Date.parse(today)) / 86_400_000);
}

function searchable(lead: Lead): string {
  const { title, company, name, email, phone, cnpj, description, tags } = lead;
  return [title, company, name, email, phone, cnpj, description, ...tags].filter(Boolean).join(' ');
}
