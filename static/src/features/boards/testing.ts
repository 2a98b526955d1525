/** Boards for tests, said in one line. */
import { sumAmounts } from '@/ui/money';
import type { Board, Lead, Stage } from './types';

const AT = '2026-11-01T09:00:00Z';

export function aLead(id: string, value: string | null = null, fields: Partial<Lead> = {}): Lead {
  return {
    id,
    board_id: 'board',
    stage_id: 'novo',
    position: 0,
    title: `Negócio ${id}`,
    description: null,
    value,
    priority: 'medium',
    probability: null,
    expected_close_date: null,
    assigned_to: null,
    company_id: null,
    contact_id: null,
    name: null,
    email: null,
    phone: null,
    company: null,
    cnpj: null,
    score: null,
    tags: [],
    custom: {},
    created_by: null,
    created_at: AT,
    updated_at: AT,
    ...fields,
  };
}

export function aStage(id: string, fields: Partial<Stage> = {}): Stage {
  const stage: Stage = {
    id,
    board_id: 'board',
    name: id,
    color: '#64748B',
    kind: 'open',
    position: 0,
    lead_count: 0,
    total_value: '0.00',
  };
  return { ...stage, ...fields };
}

/** A board of these stages with these leads, numbered and counted. */
export function aBoard(columns: Record<string, Lead[]>): Board {
  return {
    id: 'board',
    name: 'Vendas',
    description: null,
    is_default: true,
    archived: false,
    created_at: AT,
    updated_at: AT,
    stages: Object.entries(columns).map(([id, leads], position) =>
      aStage(id, {
        position,
        lead_count: leads.length,
        total_value: sumAmounts(leads.map((lead) => lead.value)),
      }),
    ),
    leads: Object.entries(columns).flatMap(([stage_id, leads]) =>
      leads.map((lead, position) => ({ ...lead, stage_id, position })),
    ),
  };
}
