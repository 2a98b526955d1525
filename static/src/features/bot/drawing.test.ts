import { expect, it } from 'vitest';
import { added, arranged, blank, type Draft, freshId, inOrder, KINDS, led, waysOf, without } from './drawing';

const at = { x: 0, y: 0 };

/** A menu that leads to a question and to people, and a step that nobody comes to. */
function aDraft(): Draft {
  const menu = led(led(blank('menu', 'menu', at), 'option-0', 'nome'), 'option-1', 'pessoa');
  const question = led(blank('question', 'nome', at), 'next', 'pessoa');
  return {
    name: 'Loja',
    start: 'menu',
    nodes: [blank('close', 'fim', at), blank('handover', 'pessoa', at), question, menu],
  };
}

it('leads every way of every kind of step somewhere else, and no other way', () => {
  for (const kind of KINDS) {
    const node = blank(kind, 'a', at);
    for (const { name } of waysOf(node)) {
      const changed = waysOf(led(node, name, 'b'));
      expect([kind, changed.filter(({ target }) => target === 'b').map((way) => way.name)]).toEqual([
        kind,
        [name],
      ]);
    }
  }
});

it('takes the ways to a removed step away with it, and the start when it was that', () => {
  const rest = without(aDraft(), new Set(['pessoa']));
  expect(rest.nodes.map(({ id }) => id)).toEqual(['fim', 'nome', 'menu']);
  expect(rest.nodes.flatMap(waysOf).filter(({ target }) => target !== null)).toEqual([
    { name: 'option-0', target: 'nome' },
  ]);
  expect(without(aDraft(), new Set(['menu'])).start).toBe('');
});

it('lists steps as a customer comes to them, those that nobody comes to last', () => {
  expect(inOrder(aDraft()).map(({ id }) => id)).toEqual(['menu', 'nome', 'pessoa', 'fim']);
});

it('arranges steps without laying one over another, also when they go round in circles', () => {
  const draft = aDraft();
  const round = {
    ...draft,
    nodes: draft.nodes.map((node) => (node.id === 'nome' ? led(node, 'next', 'menu') : node)),
  };
  const places = arranged(round).nodes.map(({ position }) => `${position?.x} ${position?.y}`);
  expect(new Set(places).size).toBe(4);
});

it('gives a new step an id of its own and starts with the first one', () => {
  const empty: Draft = { name: 'Novo', start: '', nodes: [] };
  const one = added(empty, blank('message', freshId(empty, 'message'), at));
  expect([one.start, freshId(one, 'message'), freshId(one, 'menu')]).toEqual([
    'message_1',
    'message_2',
    'menu_1',
  ]);
});
