/** All that knows the drag-and-drop library here: clients by pointer. Keys, menus and fingers take another way to the same. */
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview';
import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { floorUi } from './store';
import type { Client, Place } from './types';
import type { MoveClients } from './use-mover';

const CLIENT = 'client';
const isClient = (data: Record<string | symbol, unknown>) => data.kind === CLIENT;

/** The browsers' own drags by finger differ too much to build on: there the menu moves. */
const isFinger = () => matchMedia('(pointer: coarse)').matches;

export function useClientDrag(chip: RefObject<HTMLElement | null>, client: Client, fixed: boolean): void {
  const { t } = useTranslation();
  const latest = useRef({ client, t });
  latest.current = { client, t };
  useEffect(() => {
    const element = chip.current;
    if (!element || fixed) return;
    return draggable({
      element,
      canDrag: () => !isFinger(),
      getInitialData: () => ({ kind: CLIENT, client: latest.current.client }),
      onGenerateDragPreview({ nativeSetDragImage }) {
        const together = floorUi.togetherWith(latest.current.client);
        if (together.length === 1) return;
        setCustomNativeDragPreview({
          nativeSetDragImage,
          render({ container }) {
            container.append(bundle(latest.current.t('floor.clients', { count: together.length })));
          },
        });
      },
    });
  }, [chip, fixed]);
}

/** What the pointer carries when it carries several. */
function bundle(text: string): HTMLElement {
  const element = document.createElement('div');
  element.textContent = text;
  Object.assign(element.style, {
    padding: '8px 14px',
    borderRadius: '8px',
    background: 'var(--brand)',
    color: '#fff',
    font: '600 13px system-ui, sans-serif',
  });
  return element;
}

export function useClientTarget(
  target: RefObject<HTMLElement | null>,
  place: Place,
  list?: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    if (!target.current) return;
    return combine(
      dropTargetForElements({
        element: target.current,
        canDrop: ({ source }) => isClient(source.data),
        getData: () => ({ place }),
      }),
      list?.current
        ? autoScrollForElements({ element: list.current, canScroll: ({ source }) => isClient(source.data) })
        : () => undefined,
    );
  }, [target, place, list]);
}

/** Follows every drag on the floor, shows where it would land, and does it on the drop. */
export function useFloorDrags(scroller: RefObject<HTMLElement | null>, move: MoveClients): void {
  const latest = useRef(move);
  latest.current = move;
  useEffect(() => {
    const stop = combine(
      monitorForElements({
        canMonitor: ({ source }) => isClient(source.data),
        onDragStart({ source }) {
          floorUi.set({ held: floorUi.togetherWith(source.data.client as Client) });
        },
        onDropTargetChange({ location }) {
          floorUi.set({ over: (location.current.dropTargets[0]?.data.place as Place | undefined) ?? null });
        },
        onDrop({ location }) {
          const { held } = floorUi.get();
          const place = location.current.dropTargets[0]?.data.place as Place | undefined;
          floorUi.set({ held: [], over: null });
          if (place !== undefined) latest.current(held, place);
        },
      }),
      scroller.current
        ? autoScrollForElements({
            element: scroller.current,
            canScroll: ({ source }) => isClient(source.data),
          })
        : () => undefined,
    );
    return () => {
      stop();
      floorUi.set({ held: [], over: null });
    };
  }, [scroller]);
}
