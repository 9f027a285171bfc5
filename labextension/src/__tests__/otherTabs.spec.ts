/** @jest-environment node */
import { OtherTabs } from '../otherTabs';
import { Session } from '../session';
import type { IUser } from '../types';
import { aUser, FakeApi } from './fakeApi';

const LAB = 'http://lab.example.org/user/ada/';

let tabs: OtherTabs[];

beforeEach(() => {
  tabs = [];
});

afterEach(() => tabs.forEach(each => each.dispose()));

function aSession(api: FakeApi, baseUrl = LAB): Session {
  const other = new OtherTabs(baseUrl);
  tabs.push(other);
  return new Session(api, false, other);
}

/** Wait until a session knows whom it should. */
async function knows(session: Session, email?: string): Promise<void> {
  while (
    session.user?.email !== email ||
    (email === undefined && session.state.kind !== 'signed-out')
  ) {
    await new Promise<void>(resolve => {
      const go = (): void => {
        session.changed.disconnect(go);
        resolve();
      };
      session.changed.connect(go);
    });
  }
}

it('is shown who has signed in in another tab, and nothing of who was here before', async () => {
  const api = new FakeApi(); // one browser has one cookie
  const [here, there] = [aSession(api), aSession(api)];
  await here.ask(() => api.runs({}));
  expect(here.user?.email).toBe('you@example.org');
  const users: (IUser | null)[] = [];
  here.reset.connect(() => users.push(here.user));
  await there.signIn('other@example.org');
  await knows(here, 'other@example.org');
  // Forgotten first, and then somebody else.
  expect(users).toEqual([null, aUser('other@example.org')]);
});

it('signs out with another tab, and in again', async () => {
  const api = new FakeApi();
  const [here, there] = [aSession(api), aSession(api)];
  await here.ask(() => api.runs({}));
  await there.signOut();
  await knows(here);
  expect(here.state).toEqual({ kind: 'signed-out', expired: false });
  await there.signIn('you@example.org');
  await knows(here, 'you@example.org');
});

it('has nothing to do with another server of the same origin', async () => {
  const [api, otherApi] = [new FakeApi(), new FakeApi()];
  const here = aSession(api);
  const elsewhere = aSession(otherApi, 'http://lab.example.org/user/bob/');
  const sibling = aSession(api);
  await here.ask(() => api.runs({}));
  const reset = jest.fn();
  here.reset.connect(reset);
  await elsewhere.signOut();
  expect(reset).not.toHaveBeenCalled();
  // What is told afterwards arrives, and nothing did before.
  await sibling.signIn('other@example.org');
  await knows(here, 'other@example.org');
  expect(reset).toHaveBeenCalledTimes(2);
});

it('needs no channel where a browser has none', async () => {
  const channel = globalThis.BroadcastChannel;
  // @ts-expect-error such a browser
  delete globalThis.BroadcastChannel;
  try {
    const session = aSession(new FakeApi());
    await session.signIn('other@example.org');
    expect(session.user?.email).toBe('other@example.org');
  } finally {
    globalThis.BroadcastChannel = channel;
  }
});
