import type { TranslationBundle } from '@jupyterlab/translation';

import type { IIssue } from './types';

/** Answers of a proxy or of a Hub before a Jupyter server that is not there. */
const NOBODY_THERE: ReadonlySet<number> = new Set([424, 502, 503, 504]);

/**
 * What the server refused, in its own words.
 *
 * `status` is 0 when no answer came at all. `errors` are the faults at their cells.
 */
export class ApiError extends Error {
  /** @param isOurs whether OmniDomain has answered; not a proxy, a Hub or Jupyter before it */
  constructor(
    readonly status: number,
    message: string,
    readonly errors: readonly IIssue[] = [],
    readonly isOurs = true
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** Whether somebody has to sign in to OmniDomain first. */
  get isSignedOut(): boolean {
    return this.status === 401 && this.isOurs;
  }

  /** Whether there is no Jupyter server that could have answered. */
  get isUnreachable(): boolean {
    return this.status === 0 || (!this.isOurs && NOBODY_THERE.has(this.status));
  }
}

/** The error that an answer tells of, whether or not it is one of ours. */
export function problemOf(
  answer: unknown,
  response: Response,
  trans: TranslationBundle
): ApiError {
  const { title, status, detail, message, errors } = (
    typeof answer === 'object' && answer !== null ? answer : {}
  ) as Readonly<Record<string, unknown>>;
  // As RFC 9457 has it. Jupyter and its Hub answer with a message alone, proxies with a page.
  const isOurs =
    typeof title === 'string' &&
    typeof detail === 'string' &&
    status === response.status;
  return new ApiError(
    response.status,
    typeof message === 'string' && message
      ? message
      : withoutWords(response, trans),
    Array.isArray(errors) ? (errors as IIssue[]) : [],
    isOurs
  );
}

/** Something has answered that is not OmniDomain. */
export function strange(
  response: Response,
  trans: TranslationBundle
): ApiError {
  return new ApiError(
    response.status,
    trans.__(
      'Something else has answered in the place of OmniDomain, perhaps the sign-in page of a proxy. Reload this page.'
    ),
    [],
    false
  );
}

function withoutWords(response: Response, trans: TranslationBundle): string {
  const status = `${response.status} ${response.statusText}`.trim();
  return NOBODY_THERE.has(response.status)
    ? trans.__('What stands before the Jupyter server answers “%1”.', status)
    : status;
}

/** An error in words. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
