import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { Problem } from '@/api/problem';
import { useLookAtFlow, useSaveFlow } from './api';
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
  /** What somebody else has saved meanwhile; null where nobody has. */
  theirs: Flow | null;
  /** Goes on from what the other person saved; what was drawn here is one step back. */
  takeTheirs(): void;
  /** Saves what is drawn here in its place. */
  keepMine(): void;
}

const drawn = ({ name, start, nodes }: Flow): Draft => placed({ name, start, nodes });
const isNewer = (one: string, other: string) => Date.parse(one) > Date.parse(other);

export function useDrawing(flow: Flow, onReplaced: (theirs: Flow) => void): Drawing {
  const [state, dispatch] = useReducer(step, null, () => ({
    draft: drawn(flow),
    past: [],
    future: [],
    about: null,
  }));
  const [{ saving, saveError }, setSaving] = useState<{ saving: SaveState; saveError: unknown }>({
    saving: 'saved',
    saveError: null,
  });
  const [theirs, setTheirs] = useState<Flow | null>(null);
  /** What the server had when we last heard of it: nothing newer is written over unseen. */
  const base = useRef(flow.updated_at);
  const { mutateAsync } = useSaveFlow(flow.id, base);
  const look = useLookAtFlow(flow.id);
  const latest = useRef({ mutateAsync, look, onReplaced });
  latest.current = { mutateAsync, look, onReplaced };

  const [saver] = useState(
    () =>
      new DraftSaver<Draft>(
        async (draft) => {
          try {
            await latest.current.mutateAsync(draft);
          } catch (error) {
            if (isConflict(error)) setTheirs(await latest.current.look());
            throw error;
          }
        },
        (now, error) => setSaving({ saving: now, saveError: error ?? null }),
      ),
  );

  const { draft } = state;
  const known = useRef(draft);
  useEffect(() => {
    if (known.current === draft) return;
    known.current = draft;
    saver.change(draft);
  }, [draft, saver]);

  const take = useCallback(
    (other: Flow) => {
      const replacement = drawn(other);
      base.current = other.updated_at;
      known.current = replacement;
      saver.forget();
      dispatch({ type: 'change', change: () => replacement, about: null });
      setTheirs(null);
    },
    [saver],
  );

  // Seen on coming back to this window.
  useEffect(() => {
    if (!isNewer(flow.updated_at, base.current)) return;
    if (saver.isSaved) {
      take(flow);
      latest.current.onReplaced(flow);
    } else setTheirs(flow);
  }, [flow, saver, take]);

  useEffect(() => () => void saver.flush().catch(() => undefined), [saver]);
  useEffect(() => {
    if (saving !== 'failed') return;
    const again = () => void saver.flush().catch(() => undefined);
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  }, [saving, saver]);

  return {
    draft,
    change: useCallback((change, about) => dispatch({ type: 'change', change, about: about ?? null }), []),
    undo: useCallback(() => dispatch({ type: 'undo' }), []),
    redo: useCallback(() => dispatch({ type: 'redo' }), []),
    canUndo: state.past.length > 0,
    canRedo: state.future.length > 0,
    saving,
    saveError,
    save: useCallback(() => saver.flush(), [saver]),
    theirs,
    takeTheirs: () => theirs && take(theirs),
    keepMine: () => {
      if (theirs) base.current = theirs.updated_at;
      setTheirs(null);
      void saver.flush().catch(() => undefined);
    },
  };
}

/** Somebody else has saved it since. */
const isConflict = (error: unknown): boolean =>
  error instanceof Problem && (error.status === 409 || error.status === 412);
