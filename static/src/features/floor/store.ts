import { create } from 'zustand';
import type { Client, Place } from './types';

interface FloorUi {
  selected: ReadonlyMap<string, Client>;
  /** The clients in hand. Here and not in their chips, which may be mounted anew when someone else moves them meanwhile. */
  held: readonly Client[];
  /** Where they would land. */
  over: Place | null;
  /** Whom the menu is about, and where the button is that opened it. */
  menu: { clients: readonly Client[]; anchor: DOMRect } | null;
}

export const useFloorUi = create<FloorUi>(() => ({ selected: new Map(), held: [], over: null, menu: null }));

export const floorUi = {
  set: useFloorUi.setState,
  get: useFloorUi.getState,
  reset: () => useFloorUi.setState(useFloorUi.getInitialState()),
  toggle(client: Client): void {
    useFloorUi.setState(({ selected }) => {
      const next = new Map(selected);
      if (!next.delete(client.id)) next.set(client.id, client);
      return { selected: next };
    });
  },
  unselect(ids: readonly string[]): void {
    useFloorUi.setState(({ selected }) => {
      if (!ids.some((id) => selected.has(id))) return {};
      const next = new Map(selected);
      for (const id of ids) next.delete(id);
      return { selected: next };
    });
  },
  /** What is done with a client is done with all that are selected, if it is one of them. */
  togetherWith(client: Client): readonly Client[] {
    const { selected } = useFloorUi.getState();
    return selected.has(client.id) ? [...selected.values()] : [client];
  },
  openMenu(clients: readonly Client[], button: Element): void {
    useFloorUi.setState({ menu: { clients, anchor: button.getBoundingClientRect() } });
  },
};
