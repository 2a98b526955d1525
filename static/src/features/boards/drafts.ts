/** What someone has written about a lead and not saved: it survives closing the drawer, a refusal, and a reload. */
import { create } from 'zustand';
import type { LeadFields } from './types';

export type DraftValues = Partial<LeadFields>;

export interface Draft {
  values: DraftValues;
  /** What the lead said when each field was first touched, to tell when someone else has changed it since. */
  base: DraftValues;
  errors: Record<string, string>;
}

const KEY = 'balcao.drafts';
export const NEW = 'new';

export const useDrafts = create<Record<string, Draft>>(() => read());

useDrafts.subscribe((drafts) => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(drafts));
  } catch {
    // Without storage a draft lives as long as the page.
  }
});

export const drafts = {
  write<K extends keyof LeadFields>(id: string, field: K, value: LeadFields[K], base: LeadFields[K]): void {
    useDrafts.setState((all) => {
      const draft = all[id] ?? { values: {}, base: {}, errors: {} };
      const { [field]: _fixed, ...errors } = draft.errors;
      const values = { ...draft.values, [field]: value };
      const bases = field in draft.base ? draft.base : { ...draft.base, [field]: base };
      return { [id]: { values, base: bases, errors } };
    });
  },
  put(id: string, draft: Draft): void {
    useDrafts.setState({ [id]: draft });
  },
  errors(id: string, errors: Record<string, string>): void {
    useDrafts.setState((all) => ({ [id]: { values: {}, base: {}, ...all[id], errors } }));
  },
  drop(id: string): void {
    useDrafts.setState((all) => {
      const { [id]: _dropped, ...rest } = all;
      return rest;
    }, true);
  },
};

function read(): Record<string, Draft> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Record<string, Draft>;
  } catch {
    return {};
  }
}
