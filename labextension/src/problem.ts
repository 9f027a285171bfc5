import type { IIssue } from './types';

/**
 * What the server refused, in its own words.
 *
 * `status` is 0 when no answer came at all. `errors` are the faults at their cells.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors: readonly IIssue[] = []
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The error that an answer tells of, whether or not it is one of ours. */
export function problemOf(answer: unknown, response: Response): ApiError {
  const { message, errors } = (
    typeof answer === 'object' && answer !== null ? answer : {}
  ) as { message?: unknown; errors?: unknown };
  return new ApiError(
    response.status,
    typeof message === 'string' && message
      ? message
      : `${response.status} ${response.statusText}`.trim(),
    Array.isArray(errors) ? (errors as IIssue[]) : []
  );
}

/** An error in words. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
