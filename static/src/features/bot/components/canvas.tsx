import '@xyflow/react/dist/style.css';
import { useComputedColorScheme } from '@mantine/core';
import {
  applyNodeChanges,
  Background,
  type Connection,
  Controls,
  type Edge,
  MarkerType,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
} from '@xyflow/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Draft,
  type FlowNode,
  led,
  moved,
  type Point,
  replaced,
  type WayName,
  waysOf,
} from '../drawing';
import { loopOf } from '../problems';
import classes from './bot.module.css';
import { useEditor } from './editor-context';
import { useNodeTitle } from './fields';
import { NodeCard, type StepNode } from './node-card';

const NODE_TYPES = { step: NodeCard };
const FIT = { padding: 0.15, maxZoom: 1, minZoom: 0.4 };

interface Props {
  draft: Draft;
  change(change: (draft: Draft) => Draft): void;
}

/** The flow as a drawing: nodes are dragged, ways are drawn from one to another. */
export default function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ draft, change }: Props) {
  const { t } = useTranslation();
  const { select, remove } = useEditor();
  const [nodes, setNodes] = useShownNodes(draft);
  const edges = useEdges(draft);
  const [chosenEdge, setChosenEdge] = useState<string | null>(null);
  const colorMode = useComputedColorScheme('light');

  const onNodesChange = (changes: NodeChange<StepNode>[]) => {
    // What is removed goes through the drawing; the rest is the canvas's own.
    const own = changes.filter(({ type }) => type !== 'remove');
    setNodes((shown) => applyNodeChanges(own, shown));
    const places = new Map<string, Point>();
    for (const one of own) {
      if (one.type === 'position' && !one.dragging && one.position) places.set(one.id, one.position);
      if (one.type === 'select' && one.selected) select(one.id);
    }
    if (places.size > 0) change((before) => moved(before, places));
  };
  const lead = (id: string, way: string | null | undefined, target: string | null) =>
    change((before) => {
      const node = before.nodes.find((each) => each.id === id);
      return node && way ? replaced(before, led(node, way as WayName, target)) : before;
    });

  return (
    <ReactFlow
      className={classes.canvas}
      nodes={nodes}
      edges={edges.map((edge) => ({ ...edge, selected: edge.id === chosenEdge }))}
      nodeTypes={NODE_TYPES}
      onNodesChange={onNodesChange}
      onEdgesChange={(changes) => {
        for (const one of changes) if (one.type === 'select') setChosenEdge(one.selected ? one.id : null);
      }}
      onConnect={({ source, sourceHandle, target }: Connection) => lead(source, sourceHandle, target)}
      onDelete={({ nodes: gone, edges: cut }) => {
        if (gone.length > 0) remove(new Set(gone.map(({ id }) => id)));
        else for (const { source, sourceHandle } of cut) lead(source, sourceHandle, null);
      }}
      onPaneClick={() => select(null)}
      deleteKeyCode={['Delete', 'Backspace']}
      connectionRadius={36}
      minZoom={0.2}
      maxZoom={1.5}
      colorMode={colorMode}
      ariaLabelConfig={{
        'node.a11yDescription.default': t('bot.canvas.node'),
        'node.a11yDescription.keyboardDisabled': t('bot.canvas.node'),
        'node.a11yDescription.ariaLiveMessage': ({ x, y }) =>
          t('bot.canvas.moved', { x: Math.round(x), y: Math.round(y) }),
        'edge.a11yDescription.default': t('bot.canvas.edge'),
        'controls.ariaLabel': t('bot.canvas.controls'),
        'controls.zoomIn.ariaLabel': t('bot.canvas.zoomIn'),
        'controls.zoomOut.ariaLabel': t('bot.canvas.zoomOut'),
        'controls.fitView.ariaLabel': t('bot.canvas.fit'),
        'handle.ariaLabel': t('bot.canvas.handle'),
      }}
    >
      <Background gap={20} size={1.5} />
      <Controls showInteractive={false} fitViewOptions={FIT} />
      <ShowAll />
      <ShowSelected />
    </ReactFlow>
  );
}

/** Shows the whole drawing once, as soon as its nodes have been measured. */
function ShowAll() {
  const { fitView } = useReactFlow();
  const isMeasured = useNodesInitialized();
  const isDone = useRef(false);
  useEffect(() => {
    if (!isMeasured || isDone.current) return;
    isDone.current = true;
    void fitView(FIT);
  }, [isMeasured, fitView]);
  return null;
}

/** Brings into view what was chosen elsewhere: in the list of problems, or by adding it. */
function ShowSelected() {
  const { selected } = useEditor();
  const { getInternalNode, getViewport, setCenter, viewportInitialized } = useReactFlow();
  useEffect(() => {
    const node = selected && viewportInitialized ? getInternalNode(selected) : undefined;
    const pane = document.querySelector('.react-flow')?.getBoundingClientRect();
    if (!node || !pane) return;
    const { x, y, zoom } = getViewport();
    const { width = 240, height = 120 } = node.measured;
    const { x: nodeX, y: nodeY } = node.internals.positionAbsolute;
    const left = nodeX * zoom + x;
    const top = nodeY * zoom + y;
    // Its head is enough: what one has just clicked at stays where it is.
    const isSeen =
      left + width * zoom * 0.5 >= 0 && top >= 0 && left + 40 <= pane.width && top + 40 <= pane.height;
    if (!isSeen)
      void setCenter(nodeX + width / 2, nodeY + height / 2, { zoom: Math.max(zoom, 0.6), duration: 160 });
  }, [selected, viewportInitialized, getInternalNode, getViewport, setCenter]);
  return null;
}

/** The drawing's nodes, with what the canvas knows beside it: sizes, and where one is dragged to just now. */
function useShownNodes(draft: Draft) {
  const { selected } = useEditor();
  const titleOf = useNodeTitle();
  const [shown, setShown] = useState<StepNode[]>(() => draft.nodes.map((node) => asShown(node)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the titles change with the nodes and the language only
  useEffect(() => {
    setShown((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return draft.nodes.map((node) => {
        const old = known.get(node.id);
        return {
          ...old,
          ...asShown(node),
          ...(old?.dragging && { position: old.position }),
          selected: node.id === selected,
          ariaLabel: titleOf(node),
        };
      });
    });
  }, [draft.nodes, selected]);
  return [shown, setShown] as const;
}

const asShown = (node: FlowNode): StepNode => ({
  id: node.id,
  type: 'step',
  position: node.position ?? { x: 0, y: 0 },
  data: { node },
});

function useEdges(draft: Draft): Edge[] {
  const { problems } = useEditor();
  return useMemo(() => {
    const ids = new Set(draft.nodes.map(({ id }) => id));
    const inLoop = new Set<string>();
    for (const loop of [...problems.values()].flat().map(loopOf)) {
      loop.slice(1).forEach((to, index) => {
        inLoop.add(`${loop[index]} ${to}`);
      });
    }
    return draft.nodes.flatMap((node) =>
      waysOf(node).flatMap(({ name, target }): Edge[] => {
        if (target === null || !ids.has(target)) return [];
        const isWrong = inLoop.has(`${node.id} ${target}`);
        return [
          {
            id: `${node.id}.${name}`,
            source: node.id,
            sourceHandle: name,
            target,
            ...(isWrong && { className: classes.wrongEdge }),
            markerEnd: {
              type: MarkerType.ArrowClosed,
              color: isWrong ? 'var(--danger)' : 'var(--text-faint)',
            },
          },
        ];
      }),
    );
  }, [draft.nodes, problems]);
}
