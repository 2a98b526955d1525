/** A flow as it is drawn: what leads where, and how a drawing changes. */
import type { components } from '@/api/schema';
import type { Whole } from '@/api/types';

type Schemas = components['schemas'];

export type Flow = Whole<Schemas['BotFlow']>;
export type FlowNode = Schemas['BotNode'];
export type Choice = Schemas['BotChoice'];
export type Branch = Schemas['BotBranch'];
export type Kind = FlowNode['type'];
export type NodeOf<K extends Kind> = Extract<FlowNode, { type: K }>;

export interface Draft {
  name: string;
  start: string;
  nodes: FlowNode[];
}

export interface Point {
  x: number;
  y: number;
}

export const KINDS = [
  'message',
  'menu',
  'question',
  'condition',
  'hours',
  'set',
  'tag',
  'http',
  'ai',
  'handover',
  'close',
] as const satisfies readonly Kind[];

/** What a way out of a node is called; those of lists bear their index. */
export type WayName =
  | 'next'
  | 'otherwise'
  | 'open'
  | 'closed'
  | 'failed'
  | `option-${number}`
  | `branch-${number}`;

export interface Way {
  name: WayName;
  target: string | null;
  /** Left out, it leads to people. */
  optional?: boolean;
}

/** The ways out of a node, in the order in which they are shown. */
export function waysOf(node: FlowNode): Way[] {
  switch (node.type) {
    case 'message':
    case 'question':
    case 'set':
    case 'tag':
      return [{ name: 'next', target: node.next }];
    case 'menu':
      return [
        ...node.options.map(({ next }, index): Way => ({ name: `option-${index}`, target: next })),
        { name: 'otherwise', target: node.otherwise ?? null, optional: true },
      ];
    case 'condition':
      return [
        ...node.branches.map(({ next }, index): Way => ({ name: `branch-${index}`, target: next })),
        { name: 'otherwise', target: node.otherwise },
      ];
    case 'hours':
      return [
        { name: 'open', target: node.open },
        { name: 'closed', target: node.closed },
      ];
    case 'http':
    case 'ai':
      return [
        { name: 'next', target: node.next },
        { name: 'failed', target: node.failed },
      ];
    case 'handover':
    case 'close':
      return [];
  }
}

const redirected = <T extends { next: string | null }>(list: T[], at: number, target: string | null): T[] =>
  list.map((item, index) => (index === at ? { ...item, next: target } : item));

/** The node with one of its ways leading elsewhere, or nowhere. */
export function led(node: FlowNode, way: WayName, target: string | null): FlowNode {
  const [list, index] = way.split('-');
  if (list === 'option' && node.type === 'menu')
    return { ...node, options: redirected(node.options, Number(index), target) };
  if (list === 'branch' && node.type === 'condition')
    return { ...node, branches: redirected(node.branches, Number(index), target) };
  return waysOf(node).some(({ name }) => name === way) ? ({ ...node, [way]: target } as FlowNode) : node;
}

/** An id that no node of the drawing has. */
export function freshId(draft: Draft, kind: Kind): string {
  const taken = new Set(draft.nodes.map(({ id }) => id));
  for (let number = 1; ; number += 1) {
    const id = `${kind}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** A node of this kind that says nothing yet. */
export function blank(kind: Kind, id: string, position: Point): FlowNode {
  const base = { id, position };
  switch (kind) {
    case 'message':
      return { ...base, type: kind, text: '', next: null };
    case 'menu':
      return {
        ...base,
        type: kind,
        text: '',
        options: [
          { key: '1', label: '', next: null },
          { key: '2', label: '', next: null },
        ],
        max_tries: 3,
        otherwise: null,
      };
    case 'question':
      return { ...base, type: kind, text: '', field: '', validate: 'text', next: null };
    case 'condition':
      return {
        ...base,
        type: kind,
        branches: [{ field: '', op: 'eq', value: '', next: null }],
        otherwise: null,
      };
    case 'hours':
      return { ...base, type: kind, open: null, closed: null };
    case 'set':
      return { ...base, type: kind, field: '', value: '', next: null };
    case 'tag':
      return { ...base, type: kind, add: [], remove: [], next: null };
    case 'http':
      return { ...base, type: kind, method: 'GET', url: '', headers: {}, next: null, failed: null };
    case 'ai':
      return { ...base, type: kind, instructions: '', max_turns: 5, next: null, failed: null };
    case 'handover':
      return { ...base, type: kind };
    case 'close':
      return { ...base, type: kind };
  }
}

/** With one more node; the first one of a drawing is where it starts. */
export function added(draft: Draft, node: FlowNode): Draft {
  return { ...draft, start: draft.start || node.id, nodes: [...draft.nodes, node] };
}

export function replaced(draft: Draft, node: FlowNode): Draft {
  return { ...draft, nodes: draft.nodes.map((other) => (other.id === node.id ? node : other)) };
}

/** Without these nodes, and without the ways that led to them. */
export function without(draft: Draft, ids: ReadonlySet<string>): Draft {
  const cut = (node: FlowNode) =>
    waysOf(node)
      .filter(({ target }) => target !== null && ids.has(target))
      .reduce((rest, { name }) => led(rest, name, null), node);
  return {
    ...draft,
    start: ids.has(draft.start) ? '' : draft.start,
    nodes: draft.nodes.filter(({ id }) => !ids.has(id)).map(cut),
  };
}

export function moved(draft: Draft, places: ReadonlyMap<string, Point>): Draft {
  return {
    ...draft,
    nodes: draft.nodes.map((node) => {
      const position = places.get(node.id);
      return position ? { ...node, position } : node;
    }),
  };
}

/** How many steps each node is from the start; those that no way leads to are missing. */
function depths(draft: Draft): Map<string, number> {
  const byId = new Map(draft.nodes.map((node) => [node.id, node]));
  const depth = new Map<string, number>();
  let ahead = byId.has(draft.start) ? [draft.start] : [];
  for (let steps = 0; ahead.length > 0; steps += 1) {
    const next: string[] = [];
    for (const id of ahead) {
      const node = byId.get(id);
      if (!node || depth.has(id)) continue;
      depth.set(id, steps);
      for (const { target } of waysOf(node)) if (target !== null) next.push(target);
    }
    ahead = next;
  }
  return depth;
}

/** The nodes as a customer comes to them; those that nobody comes to at the end. */
export function inOrder(draft: Draft): FlowNode[] {
  const byId = new Map(draft.nodes.map((node) => [node.id, node]));
  const reached = [...depths(draft).keys()].flatMap((id) => byId.get(id) ?? []);
  const seen = new Set(reached.map(({ id }) => id));
  return [...reached, ...draft.nodes.filter(({ id }) => !seen.has(id))];
}

const COLUMN = 320;
const ROW = 24;
const HEADER = 84;
const WAY = 27;

const heightOf = (node: FlowNode) => HEADER + WAY * waysOf(node).length;

/** Laid out from left to right, a column for each step from the start. */
export function arranged(draft: Draft): Draft {
  const depth = depths(draft);
  const last = Math.max(-1, ...depth.values()) + 1;
  const bottom = new Map<number, number>();
  const places = new Map<string, Point>();
  for (const node of inOrder(draft)) {
    const column = depth.get(node.id) ?? last;
    const y = bottom.get(column) ?? 0;
    places.set(node.id, { x: column * COLUMN, y });
    bottom.set(column, y + heightOf(node) + ROW);
  }
  return moved(draft, places);
}

/** A drawing whose every node has a place. */
export const placed = (draft: Draft): Draft =>
  draft.nodes.every(({ position }) => position) ? draft : arranged(draft);

/** What of a node tells it from others of its kind; empty while it says nothing. */
export function gist(node: FlowNode): string {
  switch (node.type) {
    case 'message':
    case 'menu':
    case 'question':
      return node.text;
    case 'condition':
      return node.branches.map(({ field }) => field).join(', ');
    case 'set':
      return node.field && `${node.field} = ${node.value}`;
    case 'tag':
      return [
        ...(node.add ?? []).map((tag) => `+ ${tag}`),
        ...(node.remove ?? []).map((tag) => `− ${tag}`),
      ].join('  ');
    case 'http':
      return node.url && `${node.method} ${node.url}`;
    case 'ai':
      return node.instructions ?? '';
    case 'handover':
    case 'close':
      return node.text ?? '';
    case 'hours':
      return '';
  }
}
