import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ApiError, problemOf, strange } from './problem';

/** How long an answer may take, in ms. */
export interface IPatience {
  /** To what only looks. */
  readonly look: number;
  /** To what checks or does something. */
  readonly work: number;
  /** To what copies files, which may be large. */
  readonly copy: number;
}

const PATIENCE: IPatience = { look: 30_000, work: 120_000, copy: 3_600_000 };

/** What goes into the address of a request. */
export type Query = Record<
  string,
  string | number | readonly string[] | undefined
>;

/** A request, as `fetch` takes it, and how long its answer may take. */
export interface IRequest extends RequestInit {
  readonly query?: Query;
  /** As long as what only looks by default. */
  readonly patience?: keyof IPatience;
}

/** An answer that has arrived as a whole. */
interface IAnswer {
  readonly response: Response;
  /** Its JSON; undefined where there is none. */
  readonly content: unknown;
}

/** The way to OmniDomain's routes: JupyterLab's own connection, which waits only so long. */
export class Connection {
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly trans: TranslationBundle,
    private readonly patience = PATIENCE
  ) {}

  /** Where a route is. */
  url(route: string): string {
    return URLExt.join(this.settings.baseUrl, 'omnidomain', route);
  }

  /** Return the JSON of an answer. One that is no success raises an `ApiError`. */
  async request<T>(route: string, request: IRequest = {}): Promise<T> {
    const { response, content } = await this.send(route, request);
    if (!response.ok) {
      throw problemOf(content, response, this.trans);
    }
    if (response.status !== 204 && !isObject(content)) {
      throw strange(response, this.trans);
    }
    return content as T;
  }

  /** Return any answer. Without a whole one in time, raise an `ApiError` of status 0. */
  async send(route: string, request: IRequest = {}): Promise<IAnswer> {
    const { query, patience = 'look', ...init } = request;
    const params = searchOf(query ?? {});
    if (init.method === undefined) {
      // Looking at one's runs must not keep an idle server alive.
      params.set('no_track_activity', '1');
    }
    const search = params.toString();
    const url = this.url(route);
    const controller = new AbortController();
    const answer = this.whole(search ? `${url}?${search}` : url, {
      ...init,
      signal: controller.signal
    });
    const wait = this.patience[patience];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new ApiError(0, this.lateness(wait)));
        controller.abort();
      }, wait);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }

  private async whole(url: string, init: RequestInit): Promise<IAnswer> {
    try {
      const response = await ServerConnection.makeRequest(
        url,
        init,
        this.settings
      );
      // The answer may break off in its middle too.
      return { response, content: jsonOf(await response.text()) };
    } catch {
      throw new ApiError(
        0,
        this.trans.__('There is no connection to the Jupyter server.')
      );
    }
  }

  private lateness(wait: number): string {
    return this.trans._n(
      'The Jupyter server has not answered for %1 second.',
      'The Jupyter server has not answered for %1 seconds.',
      Math.round(wait / 1000)
    );
  }
}

function searchOf(query: Query): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of value === undefined ? [] : [value].flat()) {
      params.append(name, String(each));
    }
  }
  return params;
}

function isObject(content: unknown): boolean {
  return typeof content === 'object' && content !== null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
