import { createContext, useContext } from 'react';
import type { FlowNode, Kind } from '../drawing';
import type { NodeProblem } from '../problems';

/** What the parts of the editor share. */
export interface EditorState {
  nodes: FlowNode[];
  start: string;
  /** What the flow remembers, by name. */
  names: string[];
  problems: Map<string, NodeProblem[]>;
  /** Where the conversation that is being tried waits. */
  playing: string | null;
  selected: string | null;
  select(id: string | null): void;
  edit(node: FlowNode, about?: string): void;
  add(kind: Kind): void;
  remove(ids: ReadonlySet<string>): void;
  makeStart(id: string): void;
}

export const EditorContext = createContext<EditorState | null>(null);

export function useEditor(): EditorState {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('a part of the editor was used outside of it');
  return editor;
}
