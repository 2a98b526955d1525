/** Writing a deal: only what one touched is kept aside and sent; everything else keeps following the board. */
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { live } from '@/live/react';
import { describeError, fieldErrors } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { type Draft, drafts, NEW, useDrafts } from './drafts';
import type { Lead, LeadFields } from './types';
import { useOpenBoard } from './use-board';

/** How long the drawer waits for the server's word before it closes and leaves the change to the background. */
const PATIENCE_MS = 1_500;

const EMPTY: LeadFields = {
  title: '',
  description: null,
  value: null,
  priority: 'medium',
  probability: null,
  expected_close_date: null,
  assigned_to: null,
  company_id: null,
  company: null,
  cnpj: null,
  contact_id: null,
  name: null,
  email: null,
  phone: null,
  tags: [],
};
const FIELDS = Object.keys(EMPTY) as (keyof LeadFields)[];
const NO_DRAFT: Draft = { values: {}, base: {}, errors: {} };

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export interface LeadEditing {
  values: LeadFields;
  dirty: boolean;
  saving: boolean;
  /** What is wrong beyond single fields. */
  problem: string | null;
  stageId: string | null;
  set<K extends keyof LeadFields>(field: K, value: LeadFields[K]): void;
  setStage(stageId: string): void;
  error(field: string): string | undefined;
  /** What others made of a field since one began to edit it; undefined: nothing. */
  changedTo<K extends keyof LeadFields>(field: K): LeadFields[K] | undefined;
  discard(): void;
  save(): Promise<void>;
}

export function useLeadEditing(lead: Lead | null, onDone: () => void): LeadEditing {
  const { t } = useTranslation();
  const { board, readOnly, actions } = useOpenBoard();
  const reopen = useReopen();
  const id = lead?.id ?? NEW;
  const kept = useDrafts((all) => all[id]);
  // What one has begun to write belongs to the board as it stands.
  const draft = (readOnly ? undefined : kept) ?? NO_DRAFT;
  const [chosenStage, setStage] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const stageId = chosenStage ?? board.stages[0]?.id ?? null;

  const current: LeadFields = lead ?? EMPTY;
  const values = { ...pick(current), ...draft.values };
  const changed = FIELDS.filter(
    (field) => field in draft.values && !equal(draft.values[field], current[field]),
  );

  const set = useCallback(
    <K extends keyof LeadFields>(field: K, value: LeadFields[K]) =>
      drafts.write(id, field, value, (lead ?? EMPTY)[field]),
    [id, lead],
  );

  const send = () => {
    const title = values.title.trim();
    const fields = Object.fromEntries(changed.map((field) => [field, values[field]]));
    if ('title' in fields) fields.title = title;
    if (lead) return actions.updateLead(lead.id, fields);
    return actions.createLead({ ...fields, title, ...(stageId && { stage_id: stageId }) });
  };

  const save = async () => {
    setProblem(null);
    const title = values.title.trim();
    if (!title) return drafts.errors(id, { title: t('validation.required') });
    if (lead && changed.length === 0) return discardAnd(onDone);

    setSaving(true);
    const sent = send();
    const outcome = await Promise.race([
      sent.then(
        () => 'saved' as const,
        (error: unknown) => ({ error }),
      ),
      patience(),
    ]);
    setSaving(false);
    if (outcome === 'saved') return discardAnd(onDone);
    if (outcome === 'later') {
      const written = draft;
      drafts.drop(id);
      onDone();
      if (live.getState().status !== 'live') notify.done(t('lead.sendLater'));
      sent.catch((error: unknown) => {
        drafts.put(id, { ...written, errors: fieldErrors(error, t) });
        reopen(lead ? t('lead.saveRefused', { title }) : t('lead.createRefused', { title }), id, error);
      });
      return;
    }
    const errors = fieldErrors(outcome.error, t);
    drafts.errors(id, errors);
    setProblem(describeError(outcome.error, t));
  };

  const discardAnd = (next: () => void) => {
    drafts.drop(id);
    next();
  };

  return {
    values,
    dirty: changed.length > 0,
    saving,
    problem,
    stageId,
    set,
    setStage,
    error: (field) => draft.errors[field],
    changedTo(field) {
      if (!lead || !(field in draft.base) || equal(draft.base[field], lead[field])) return undefined;
      return equal(draft.values[field], lead[field]) ? undefined : lead[field];
    },
    discard: () => discardAnd(() => setProblem(null)),
    save,
  };
}

function pick(lead: LeadFields): LeadFields {
  return Object.fromEntries(FIELDS.map((field) => [field, lead[field]])) as unknown as LeadFields;
}

function patience(): Promise<'later'> {
  const ms = live.getState().status === 'live' ? PATIENCE_MS : 0;
  return new Promise((resolve) => setTimeout(() => resolve('later'), ms));
}

/** Says that a change was refused after its drawer had closed, and leads back to what was typed. */
function useReopen() {
  const { t } = useTranslation();
  const { board } = useOpenBoard();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  return (title: string, id: string, error: unknown) =>
    notify.failed(title, describeError(error, t), {
      label: t('lead.reopen'),
      run: () => void navigate({ pathname: `/boards/${board.id}/leads/${id}`, search: params.toString() }),
    });
}
