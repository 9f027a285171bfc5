import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type {
  IHealth,
  ILogLines,
  IRun,
  IRunDetail,
  IRunPage,
  IUser
} from './types';

/** How many runs one request brings. */
export const PAGE_SIZE = 50;

/**
 * What the server refused, in its own words.
 *
 * `status` is 0 when no answer came at all.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The calls that this front end makes. An answer that is no success raises an `ApiError`. */
export interface IApi {
  health(): Promise<IHealth>;
  me(): Promise<IUser>;
  /** The server sets a cookie that no script can read; nothing is kept here. */
  login(email?: string): Promise<IUser>;
  logout(): Promise<void>;
  runs(cursor?: string, limit?: number): Promise<IRunPage>;
  run(runId: string): Promise<IRunDetail>;
  logs(runId: string, cursor?: string): Promise<ILogLines>;
  cancel(runId: string): Promise<IRun>;
}

/** OmniDomain's REST routes, through JupyterLab's own connection. */
export class Api implements IApi {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async health(): Promise<IHealth> {
    const response = await this.send('health');
    if (response.status === 404) {
      throw new ApiError(404, 'The OmniDomain server extension is not there.');
    }
    const health = (await content(response)) as Partial<IHealth> | null;
    // The route answers 503 with the same fields when the database is away.
    if (typeof health?.version !== 'string') {
      throw new ApiError(response.status, problemText(health, response));
    }
    return {
      status: health.status ?? 'unavailable',
      version: health.version,
      detail: health.detail ?? null
    };
  }

  me(): Promise<IUser> {
    return this.get<IUser>('auth/me');
  }

  async login(email?: string): Promise<IUser> {
    const answer = await this.post<{ user: IUser }>('auth/login', { email });
    return answer.user;
  }

  async logout(): Promise<void> {
    await this.post('auth/logout', {});
  }

  runs(cursor?: string, limit = PAGE_SIZE): Promise<IRunPage> {
    return this.get<IRunPage>('runs', { limit: String(limit), cursor });
  }

  run(runId: string): Promise<IRunDetail> {
    return this.get<IRunDetail>(`runs/${encodeURIComponent(runId)}`);
  }

  logs(runId: string, cursor?: string): Promise<ILogLines> {
    return this.get<ILogLines>(`runs/${encodeURIComponent(runId)}/logs`, {
      cursor
    });
  }

  cancel(runId: string): Promise<IRun> {
    return this.post<IRun>(`runs/${encodeURIComponent(runId)}/cancel`, {});
  }

  private get<T>(
    route: string,
    query: Record<string, string | undefined> = {}
  ): Promise<T> {
    return this.request<T>(route, {}, query);
  }

  private post<T>(route: string, body: object): Promise<T> {
    return this.request<T>(route, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' }
    });
  }

  private async request<T>(
    route: string,
    init: RequestInit,
    query: Record<string, string | undefined> = {}
  ): Promise<T> {
    const response = await this.send(route, init, query);
    const answer = await content(response);
    if (!response.ok) {
      throw new ApiError(response.status, problemText(answer, response));
    }
    return answer as T;
  }

  private async send(
    route: string,
    init: RequestInit = {},
    query: Record<string, string | undefined> = {}
  ): Promise<Response> {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) {
        params.set(name, value);
      }
    }
    if (init.method === undefined) {
      // Looking at one's runs must not keep an idle server alive.
      params.set('no_track_activity', '1');
    }
    const root = URLExt.join(this.settings.baseUrl, 'omnidomain', route);
    const search = params.toString();
    try {
      return await ServerConnection.makeRequest(
        search ? `${root}?${search}` : root,
        init,
        this.settings
      );
    } catch {
      throw new ApiError(0, 'The Jupyter server cannot be reached.');
    }
  }
}

/** The JSON of an answer, or null where there is none. */
async function content(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function problemText(answer: unknown, response: Response): string {
  const said =
    typeof answer === 'object' && answer !== null
      ? (answer as { message?: unknown }).message
      : undefined;
  return typeof said === 'string' && said
    ? said
    : `${response.status} ${response.statusText}`.trim();
}
