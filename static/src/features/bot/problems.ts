/** What stands in the way of publishing a flow, as the server tells it. */
import { Problem } from '@/api/problem';

export interface NodeProblem {
  /** Null where it is no single node's: the start. */
  node: string | null;
  code: string;
  message: string;
}

const AT_NODE = /^nodes\.(.+)$/;

/** Causes before what comes of them: past a loop or a dead end nothing is reached. */
export function problemsOf(error: unknown): NodeProblem[] {
  if (!(error instanceof Problem)) return [];
  const problems = error.errors.map(({ field, code, message }) => ({
    node: AT_NODE.exec(field)?.[1] ?? null,
    code,
    message,
  }));
  const isConsequence = ({ code }: NodeProblem) => code === 'unreachable';
  return [...problems.filter((problem) => !isConsequence(problem)), ...problems.filter(isConsequence)];
}

/** The ids of a loop's nodes in order, the first one again at the end. */
export const loopOf = ({ code, message }: NodeProblem): string[] =>
  code === 'endless_loop' ? message.split(' → ') : [];

export function byNode(problems: readonly NodeProblem[]): Map<string, NodeProblem[]> {
  const found = new Map<string, NodeProblem[]>();
  for (const problem of problems) {
    if (problem.node !== null) found.set(problem.node, [...(found.get(problem.node) ?? []), problem]);
  }
  return found;
}
