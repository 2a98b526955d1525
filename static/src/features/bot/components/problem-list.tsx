import { useTranslation } from 'react-i18next';
import type { botPtBR } from '@/i18n/bot/pt-BR';
import { loopOf, type NodeProblem } from '../problems';
import classes from './bot.module.css';
import { useEditor } from './editor-context';
import { useNodeTitle } from './fields';

type KnownCode = keyof typeof botPtBR.problems;
const KNOWN: readonly string[] = [
  'missing_target',
  'unreachable',
  'dead_end',
  'endless_loop',
  'invalid',
  'too_long',
  'duplicate',
] satisfies KnownCode[];
const isKnown = (code: string): code is KnownCode => KNOWN.includes(code);

/** What keeps a step from being published, in words. */
export function ProblemList({ problems }: { problems: readonly NodeProblem[] }) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  return (
    <ul className={classes.problems} aria-label={t('bot.problemsHere')}>
      {problems.map((problem) => (
        <li key={problem.code + problem.message}>
          {isKnown(problem.code) ? t(`bot.problems.${problem.code}`) : problem.message}
          <Loop problem={problem} />
        </li>
      ))}
    </ul>
  );
}

/** The way round, step by step. */
function Loop({ problem }: { problem: NodeProblem }) {
  const { nodes, select } = useEditor();
  const titleOf = useNodeTitle();
  const steps = loopOf(problem).flatMap((id) => nodes.find((node) => node.id === id) ?? []);
  if (steps.length === 0) return null;
  return (
    <ol className={classes.loop}>
      {steps.map((node, index) => (
        // A step comes twice: the round ends where it began.
        // biome-ignore lint/suspicious/noArrayIndexKey: the path is shown as it was told and never reordered
        <li key={`${node.id}-${index}`}>
          <button type="button" onClick={() => select(node.id)}>
            {titleOf(node)}
          </button>
        </li>
      ))}
    </ol>
  );
}
