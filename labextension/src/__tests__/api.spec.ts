/** @jest-environment node */
import type { RequestListener, Server } from 'http';
import { createServer } from 'http';
import type { AddressInfo } from 'net';

import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import { Api } from '../api';
import type { IPatience } from '../connection';
import { ApiError } from '../problem';

const SHORT = { look: 200, work: 60_000, copy: 3_600_000 };
const LATE = 'The Jupyter server has not answered for 0 seconds.';

let server: Server;
let answer: RequestListener;

beforeEach(done => {
  server = createServer((request, response) => answer(request, response));
  server.listen(0, '127.0.0.1', done);
});

afterEach(done => {
  server.closeAllConnections();
  server.close(done);
});

function anApi(patience?: IPatience): Api {
  const { port } = server.address() as AddressInfo;
  const settings = ServerConnection.makeSettings({
    baseUrl: `http://127.0.0.1:${port}/`,
    fetch,
    Request
  });
  return new Api(settings, nullTranslator.load(''), patience);
}

function answered(
  status: number,
  body: string,
  type = 'application/json'
): void {
  answer = (_, response) => {
    response.writeHead(status, { 'Content-Type': type }).end(body);
  };
}

/** What a call rejects with. */
async function fault(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

const PROBLEM = {
  type: 'about:blank',
  title: 'Service Unavailable',
  status: 503,
  detail: 'The database is away.',
  message: 'The database is away.'
};

describe('a server that does not answer', () => {
  it('is waited for so long and no longer', async () => {
    answer = () => undefined;
    const error = await fault(anApi(SHORT).me());
    expect([error.status, error.message]).toEqual([0, LATE]);
    expect(error.isUnreachable).toBe(true);
  });

  it('is not waited for either when it stops in its answer', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{"user_id"');
    };
    expect((await fault(anApi(SHORT).me())).message).toBe(LATE);
  });

  it('has more time for what it does', async () => {
    answer = (_, response) => {
      setTimeout(() => response.end('{"valid": true}'), 2 * SHORT.look);
    };
    const api = anApi(SHORT);
    expect((await fault(api.login('you@example.org'))).message).toBe(LATE);
    const report = await api.validate({ pipeline: 'ReadQC', path: 'a.tsv' });
    expect(report.valid).toBe(true);
  });

  it('is unreachable when the answer breaks off, or nobody listens', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{"user_id"');
      setTimeout(() => response.destroy(), 20);
    };
    const words = 'There is no connection to the Jupyter server.';
    const api = anApi();
    let error = await fault(api.me());
    expect([error.status, error.message]).toEqual([0, words]);
    await new Promise(resolve => server.close(resolve));
    error = await fault(api.me());
    expect([error.status, error.message]).toEqual([0, words]);
    server.listen(0);
  });
});

describe('an answer', () => {
  it('that is a problem of ours says so, in our words', async () => {
    answered(503, JSON.stringify(PROBLEM), 'application/problem+json');
    const error = await fault(anApi().me());
    expect(error.message).toBe('The database is away.');
    expect([error.isOurs, error.isUnreachable]).toEqual([true, false]);
  });

  it.each([502, 503, 504])(
    'of a proxy with status %i is not ours: nobody is there',
    async status => {
      answered(status, '<html>Bad luck</html>', 'text/html');
      const error = await fault(anApi().me());
      expect(error.message).toContain(`answers “${status} `);
      expect([error.isOurs, error.isUnreachable]).toEqual([false, true]);
    }
  );

  it('of a Hub whose server is stopped is told in its words', async () => {
    const message = 'JupyterHub server no longer running at /user/ada/.';
    answered(424, JSON.stringify({ message }));
    const error = await fault(anApi().me());
    expect(error.message).toBe(message);
    expect(error.isUnreachable).toBe(true);
  });

  it.each([
    ['a page', '<html>Sign in</html>'],
    ['nothing', ''],
    ['no object', 'null']
  ])('that is %s is somebody else’s', async (_, body) => {
    answered(200, body, 'text/html');
    const api = anApi();
    for (const call of [api.me(), api.pipelines(), api.health()]) {
      const error = await fault(call);
      expect(error.message).toContain('the sign-in page of a proxy');
      expect([error.isOurs, error.isUnreachable]).toEqual([false, false]);
    }
  });

  it('without content is fine where none is due', async () => {
    answer = (_, response) => {
      response.writeHead(204).end();
    };
    await expect(anApi().logout()).resolves.toBeUndefined();
  });

  it('of a server without this extension is a 404 that is not ours', async () => {
    answered(404, '<html>404</html>', 'text/html');
    const error = await fault(anApi().health());
    expect([error.status, error.isOurs]).toEqual([404, false]);
  });

  it('of a database that is away still tells the version', async () => {
    answered(503, '{"status": "unavailable", "version": "1.2.3"}');
    expect((await anApi().health()).version).toBe('1.2.3');
  });
});

it('asks without keeping an idle server alive, and acts with a key', async () => {
  const seen: string[] = [];
  answer = (request, response) => {
    const key = String(request.headers['idempotency-key']);
    seen.push(`${request.method} ${request.url} ${key}`);
    response.end('{}');
  };
  const api = anApi();
  await api.runs({ status: ['RUNNING', 'FAILED'], limit: 5 });
  await api.submit({ pipeline: 'ReadQC', path: 'a.tsv' }, 'once');
  const [look, act] = seen; // each with something that no cache knows at its end
  expect(look).toContain(
    'GET /omnidomain/runs?status=RUNNING&status=FAILED&limit=5&no_track_activity=1'
  );
  expect(act).toMatch(/^POST \/omnidomain\/submissions\?\d+ once$/);
});

it('asks for the results in one folder, from where the last page ended', async () => {
  const seen: string[] = [];
  answer = (request, response) => {
    seen.push(String(request.url));
    response.end('{}');
  };
  const api = anApi();
  await api.results('run-1');
  await api.results('run-1', 'c', 'a & b');
  const [all, folder] = seen;
  expect(all).not.toContain('phase');
  expect(folder).toContain('/runs/run-1/results?cursor=c&phase=a+%26+b&');
});
