import createClient from 'openapi-fetch';
import { Problem } from './problem';
import type { paths } from './schema';
import { session } from './session';
import type { ProblemBody, Whole } from './types';

/** The typed client of the API. Its calls go through `ask`, which throws a `Problem` when one fails. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: authorizedFetch });

/** Adds the access token; a 401 gets one more try with a renewed one. */
async function authorizedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await session.token();
  if (!token) return fetch(request);
  request.headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(request);
  if (response.status !== 401 || (await session.renew(token)) !== 'renewed') return response;
  const renewed = session.current()?.accessToken;
  if (!renewed) return response;
  again.headers.set('Authorization', `Bearer ${renewed}`);
  return fetch(again);
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer; anything else is thrown as a `Problem`. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<Whole<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    throw new Problem(0, { title: cause instanceof Error ? cause.message : 'unreachable' });
  }
  const { response, data, error } = answer;
  if (response.ok) return data as Whole<T>;
  const retryAfter = Number(response.headers.get('Retry-After'));
  const body = error !== null && typeof error === 'object' ? (error as Partial<ProblemBody>) : {};
  throw new Problem(response.status, body, retryAfter > 0 ? retryAfter : null);
}
