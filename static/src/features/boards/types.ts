import type { Lead, Stage } from '@/api/types';

export type { Board, BoardSummary, Lead, Stage } from '@/api/types';
export type Priority = Lead['priority'];
export type StageKind = Stage['kind'];

export const PRIORITIES: readonly Priority[] = ['low', 'medium', 'high', 'urgent'];
export const STAGE_KINDS: readonly StageKind[] = ['open', 'won', 'lost'];

/** What a person can write about a lead; everything else the server adds. */
export type LeadFields = Pick<
  Lead,
  | 'title'
  | 'description'
  | 'value'
  | 'priority'
  | 'probability'
  | 'expected_close_date'
  | 'assigned_to'
  | 'company_id'
  | 'company'
  | 'cnpj'
  | 'contact_id'
  | 'name'
  | 'email'
  | 'phone'
  | 'tags'
>;

/** A lead shown before the server has given it an id of its own. */
export const UNSAVED = 'unsaved:';
export const isUnsaved = (lead: Lead): boolean => lead.id.startsWith(UNSAVED);
