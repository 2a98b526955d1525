/** What an event did, for people: which sentence, and what fills it. */
import type { TFunction } from 'i18next';
import type { EventFrame } from '@/live/frames';
import type { Board, Lead, LeadFields, Stage } from './types';

type Data = Record<string, unknown>;

/** The label of each field of a deal, by the name of its text. */
const FIELD_LABELS = {
  title: 'title',
  description: 'description',
  value: 'value',
  priority: 'priority',
  probability: 'probability',
  expected_close_date: 'closeDate',
  assigned_to: 'owner',
  company_id: 'company',
  company: 'company',
  cnpj: 'cnpj',
  contact_id: 'contactName',
  name: 'contactName',
  email: 'email',
  phone: 'phone',
  tags: 'tags',
} as const satisfies Record<keyof LeadFields, string>;
const FIELDS = Object.keys(FIELD_LABELS) as (keyof LeadFields)[];

export type Deed =
  | { kind: 'leadCreated'; title: string; stage: string }
  | { kind: 'leadUpdated'; title: string; fields: (keyof LeadFields)[] }
  | { kind: 'leadMoved'; title: string; from: string; to: string }
  | { kind: 'leadReordered'; title: string; stage: string }
  | { kind: 'leadDeleted'; title: string }
  | { kind: 'stageCreated' | 'stageUpdated' | 'stageDeleted'; stage: string }
  | { kind: 'stageRenamed'; from: string; to: string }
  | { kind: 'stageReordered' | 'hidden' | 'unknown' }
  | { kind: 'boardRenamed'; name: string }
  | { kind: 'boardArchived' | 'boardUnarchived' | 'boardUpdated' };

/** Reads an event beside the board right before it; what that board does not know any more stays blank. */
export function deedOf(before: Board | null, event: EventFrame): Deed {
  const data = (event.data ?? {}) as Data;
  const stageName = (id: unknown) => before?.stages.find((stage) => stage.id === id)?.name ?? '…';
  const lead = before?.leads.find((known) => known.id === (data.lead_id ?? data.id));
  const title = lead?.title ?? (data.title as string | undefined) ?? '…';
  switch (event.type) {
    case 'lead.created':
      return { kind: 'leadCreated', title, stage: stageName(data.stage_id) };
    case 'lead.updated':
      return { kind: 'leadUpdated', title, fields: lead ? changedFields(lead, data) : [] };
    case 'lead.moved':
      return data.from_stage_id === data.stage_id
        ? { kind: 'leadReordered', title, stage: stageName(data.stage_id) }
        : { kind: 'leadMoved', title, from: stageName(data.from_stage_id), to: stageName(data.stage_id) };
    case 'lead.deleted':
      return { kind: 'leadDeleted', title };
    case 'stage.created':
      return { kind: 'stageCreated', stage: (data as unknown as Stage).name };
    case 'stage.updated': {
      const [from, to] = [stageName(data.id), (data as unknown as Stage).name];
      return from === to ? { kind: 'stageUpdated', stage: to } : { kind: 'stageRenamed', from, to };
    }
    case 'stage.deleted':
      return { kind: 'stageDeleted', stage: stageName(data.stage_id) };
    case 'stage.reordered':
      return { kind: 'stageReordered' };
    case 'board.updated':
      return boardDeed(before, data as unknown as Board);
    case 'hidden':
      return { kind: 'hidden' };
    default:
      return { kind: 'unknown' };
  }
}

function boardDeed(before: Board | null, after: Board): Deed {
  if (before && before.name !== after.name) return { kind: 'boardRenamed', name: after.name };
  if (before && before.archived !== after.archived)
    return { kind: after.archived ? 'boardArchived' : 'boardUnarchived' };
  return { kind: 'boardUpdated' };
}

function changedFields(before: Lead, after: Data): (keyof LeadFields)[] {
  return FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

const BLANK = { title: '', stage: '', from: '', to: '', name: '' };

/** `moveu “Alfa” de Novo para Proposta` */
export function deedText(deed: Deed, t: TFunction): string {
  if (deed.kind !== 'leadUpdated') return t(`history.did.${deed.kind}`, { ...BLANK, ...deed });
  const { title } = deed;
  const labels = new Set(deed.fields.map((field) => t(`lead.${FIELD_LABELS[field]}`).toLowerCase()));
  const fields = [...labels].join(', ');
  return fields ? t('history.did.leadFields', { title, fields }) : t('history.did.leadUpdated', { title });
}

/** The deal that an event is about; nothing for events about stages, the board, or what may not be seen. */
export function leadOf(event: EventFrame): string | null {
  if (!event.type.startsWith('lead.')) return null;
  const data = event.data as { lead_id?: string; id?: string };
  return data.lead_id ?? data.id ?? null;
}
