import { Handle, type Node, type NodeProps, Position, useUpdateNodeInternals } from '@xyflow/react';
import { memo, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type FlowNode, gist, waysOf } from '../drawing';
import classes from './bot.module.css';
import { useEditor } from './editor-context';
import { useWayLabel } from './fields';
import { KIND_ICONS } from './kinds';

export type StepNode = Node<{ node: FlowNode }, 'step'>;

/** A step on the canvas, with a handle for each of its ways. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<StepNode>) {
  const { t } = useTranslation();
  const { start, problems, playing } = useEditor();
  const labelOf = useWayLabel();
  const { node } = data;
  const ways = waysOf(node);
  const wrong = problems.get(id)?.length ?? 0;
  const Icon = KIND_ICONS[node.type];

  const updateInternals = useUpdateNodeInternals();
  const handles = ways.map(({ name }) => name).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: handles that come or go have to be measured
  useEffect(() => updateInternals(id), [id, handles, updateInternals]);

  return (
    <div
      className={classes.card}
      data-selected={selected || undefined}
      data-wrong={wrong > 0 || undefined}
      data-playing={playing === id || undefined}
    >
      <Handle type="target" position={Position.Left} className={classes.handle} />
      <div className={classes.cardHead}>
        <Icon size={15} aria-hidden />
        <strong>{t(`bot.kinds.${node.type}`)}</strong>
        {start === id && <span className={classes.start}>{t('bot.start')}</span>}
        {wrong > 0 && <span className={classes.wrongCount}>{t('bot.problemCount', { count: wrong })}</span>}
      </div>
      {gist(node) && <p className={classes.gist}>{gist(node)}</p>}
      {ways.length > 0 && (
        <ul className={classes.ways}>
          {ways.map((way) => (
            <li key={way.name} data-open={(way.target === null && !way.optional) || undefined}>
              <span>{labelOf(node, way)}</span>
              <Handle id={way.name} type="source" position={Position.Right} className={classes.handle} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
});
