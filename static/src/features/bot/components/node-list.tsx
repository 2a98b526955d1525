import { useTranslation } from 'react-i18next';
import { type Draft, gist, inOrder, waysOf } from '../drawing';
import classes from './bot.module.css';
import { useEditor } from './editor-context';
import { useNodeTitle, useWayLabel } from './fields';
import { KIND_ICONS } from './kinds';
import { ProblemList } from './problem-list';

/** The flow as a list, in the order in which a customer comes to its steps. */
export function NodeList({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { selected, select, start, problems, playing } = useEditor();
  const titleOf = useNodeTitle();
  const labelOf = useWayLabel();
  const byId = new Map(draft.nodes.map((node) => [node.id, node]));
  return (
    <ol className={classes.steps} aria-label={t('bot.steps')}>
      {inOrder(draft).map((node) => {
        const Icon = KIND_ICONS[node.type];
        return (
          <li
            key={node.id}
            className={classes.step}
            data-selected={selected === node.id || undefined}
            data-wrong={problems.has(node.id) || undefined}
            data-playing={playing === node.id || undefined}
          >
            <button type="button" className={classes.stepOpen} onClick={() => select(node.id)}>
              <span className={classes.cardHead}>
                <Icon size={15} aria-hidden />
                <strong>{t(`bot.kinds.${node.type}`)}</strong>
                {start === node.id && <span className={classes.start}>{t('bot.start')}</span>}
              </span>
              <span className={classes.gist}>{gist(node) || node.id}</span>
            </button>
            <ProblemList problems={problems.get(node.id) ?? []} />
            {waysOf(node).length > 0 && (
              <ul className={classes.stepWays}>
                {waysOf(node).map((way) => {
                  const target = way.target === null ? undefined : byId.get(way.target);
                  return (
                    <li key={way.name}>
                      <span>{labelOf(node, way)}</span>
                      {target ? (
                        <button type="button" onClick={() => select(target.id)}>
                          {titleOf(target)}
                        </button>
                      ) : (
                        <em>{t(way.optional ? 'bot.toPeople' : 'bot.nowhere')}</em>
                      )}
                    </li>
                  );
                })}
              </ul>
            )}
          </li>
        );
      })}
    </ol>
  );
}
