import type { ProblemBody } from './types';

type FieldProblem = { field: string; code: string; message: string };

/** A call that failed: what the server said, or that it could not be reached (`status` 0, code `unreachable`). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: FieldProblem[];
  readonly retryAfter: number | null;

  constructor(status: number, body: Partial<ProblemBody>, retryAfter: number | null = null) {
    super(body.detail ?? body.title ?? body.code ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'unreachable' : `http_${status}`);
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

export const isUnreachable = (error: unknown): boolean => error instanceof Problem && error.status === 0;
