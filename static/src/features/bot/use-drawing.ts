import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { useSaveFlow } from './api';
import { DraftSaver, type SaveState } from './draft-saver';
import { type Draft, type Flow, placed } from './drawing';

const STEPS_KEPT = 100;

interface Drawn {
  draft: Draft;
  past: Draft[];
  future: Draft[];
  /** What the last change was about: typing in one field is one step back. */
  about: string | null;
}

type Action =
  | { type: 'change'; change(draft: Draft): Draft; about: string | null }
  | { type: 'undo' | 'redo' };

export function step(drawn: Drawn, action: Action): Drawn {
  const { draft, past, future } = drawn;
  if (action.type === 'change') {
    const changed = action.change(draft);
    if (changed === draft) return drawn;
    const goesOn = action.about !== null && action.about === drawn.about;
    return {
      draft: changed,
      past: goesOn ? past : [...past.slice(-STEPS_KEPT), draft],
      future: [],
      about: action.about,
    };
  }
  const isUndo = action.type === 'undo';
  const to = (isUndo ? past : future).at(-1);
  if (!to) return drawn;
  return isUndo
    ? { draft: to, past: past.slice(0, -1), future: [...future, draft], about: null }
    : { draft: to, past: [...past, draft], future: future.slice(0, -1), about: null };
}

export interface Drawing {
  draft: Draft;
  /** `about` names a field whose changes are one step, as one types. */
  change(change: (draft: Draft) => Draft, about?: string): void;
  undo(): void;
  redo(): void;
  canUndo: boolean;
  canRedo: boolean;
  saving: SaveState;
  saveError: unknown;
  /** Resolves when the server has it as it is drawn. */
  save(): Promise<void>;
}

export function useDrawing(flow: Flow): Drawing {
  const [drawn, dispatch] = useReducer(step, null, () => {
    const { name, start, nodes } = flow;
    return { draft: placed({ name, start, nodes }), past: [], future: [], about: null };
  });
  const [{ saving, saveError }, setSaving] = useState<{ saving: SaveState; saveError: unknown }>({
    saving: 'saved',
    saveError: null,
  });
  const { mutateAsync } = useSaveFlow(flow.id);
  const send = useRef(mutateAsync);
  send.current = mutateAsync;
  const [saver] = useState(
    () =>
      new DraftSaver<Draft>(
        (draft) => send.current(draft),
        (state, error) => setSaving({ saving: state, saveError: error ?? null }),
      ),
  );

  const { draft } = drawn;
  const known = useRef(draft);
  useEffect(() => {
    if (known.current === draft) return;
    known.current = draft;
    saver.change(draft);
  }, [draft, saver]);

  useEffect(() => () => void saver.flush().catch(() => undefined), [saver]);
  useEffect(() => {
    if (saving === 'saved') return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [saving]);

  return {
    draft,
    change: useCallback((change, about) => dispatch({ type: 'change', change, about: about ?? null }), []),
    undo: useCallback(() => dispatch({ type: 'undo' }), []),
    redo: useCallback(() => dispatch({ type: 'redo' }), []),
    canUndo: drawn.past.length > 0,
    canRedo: drawn.future.length > 0,
    saving,
    saveError,
    save: useCallback(() => saver.flush(), [saver]),
  };
}
