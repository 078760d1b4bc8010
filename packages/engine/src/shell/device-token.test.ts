import { readFileSync } from 'node:fs';
import { fail } from '@tidesync/shared/problems';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { homeFolder } from '../adapters/home-folder.ts';
import { readStoredTokens } from '../core/bound-token.ts';
import { engineLimits } from '../core/engine-limits.ts';
import type { TokenPlace } from '../ports/token-place.ts';
import type { Death } from '../testing/dying-process.ts';
import { DEATHS, DyingProcess, TestFolders } from '../testing/dying-process.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { Opened } from '../testing/session-bench.ts';
import { loginInput, openSession, Servers, shownSession } from '../testing/session-bench.ts';
import { turn } from '../testing/shell-bench.ts';

const SERVER = 'https://first.example';
const FIRST = 'tds_1';

const folders = new TestFolders();
afterEach(() => folders.end());
let home: string;
let servers: Servers;
let clock: FakeClock;
beforeEach(async () => {
  home = folders.make();
  servers = new Servers();
  clock = new FakeClock();
  const { engine } = await openSession(home, servers, { clock });
  await engine.login(loginInput(SERVER));
  await engine.close();
});

/** What lies in a home; the process that writes there is not asked. */
function stored(at = home) {
  return readStoredTokens(readFileSync(homeFolder(at).files.token, 'utf8'))?.tokens ?? null;
}
const current = (at = home) => stored(at)?.current ?? null;

/** A process of its own on that home, which runs. */
async function running(at = home, options: { readonly seed?: number; readonly token?: TokenPlace } = {}) {
  const opened = await openSession(at, servers, { clock, ...options });
  opened.engine.run();
  return opened;
}

const until = (what: () => boolean) =>
  vi.waitFor(() => expect(what()).toBe(true), { timeout: 30_000, interval: 2 });

async function pass(byMs: number): Promise<void> {
  await turn();
  clock.advance(byMs);
  await turn();
}

const nextDay = () => pass(engineLimits.tokenLifeMs);

/** A day passes, and looks whether it is time, until the token has changed. */
async function changesIn(at = home): Promise<void> {
  const before = current(at);
  await nextDay();
  await until(() => {
    clock.advance(engineLimits.tokenLookEveryMs);
    return current(at) !== before;
  });
}

/** Asks the server something, as all that the engine does by itself. */
async function asks({ engine }: Opened): Promise<void> {
  const input = { ...loginInput(SERVER), password: 'wrong' };
  await expect(engine.login(input)).rejects.toThrow();
}

/** The same, where it waits before it tries again. */
async function asksInTime(device: Opened): Promise<void> {
  let isAnswered = false;
  void asks(device).then(() => {
    isAnswered = true;
  });
  await until(() => {
    clock.advance(engineLimits.tokenRetryMs);
    return isAnswered;
  });
}

/** It goes on asking until then. */
async function untilAsking(device: Opened, what: () => boolean): Promise<void> {
  await vi.waitFor(
    async () => {
      await asksInTime(device);
      expect(what()).toBe(true);
    },
    { timeout: 30_000, interval: 2 },
  );
}

/** The server is put back to before so many changes of the token. Answers with the one that it knows no more. */
async function putBackBehind(device: Opened, changes = 1): Promise<string | null> {
  const putBack = servers.backUp();
  for (let day = 0; day < changes; day++) {
    await changesIn();
    await asks(device);
  }
  const last = current();
  putBack();
  return last;
}

/** They go on asking until all of them have ended like this. */
async function untilShown(why: string, ...devices: readonly Opened[]): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const device of devices) await asks(device);
      expect(devices.map(shownSession)).toEqual(devices.map(() => why));
    },
    { timeout: 30_000, interval: 2 },
  );
}

test('[W65] the token of a device changes once a day, and the calls are signed with the new one', async () => {
  const device = await running();
  await pass(engineLimits.tokenLifeMs - engineLimits.tokenLookEveryMs);
  expect([current(), servers.replacings]).toEqual([FIRST, 0]);
  await changesIn();
  const second = current();
  expect(second).toMatch(/^tds_[\w-]{43}$/);
  await changesIn();
  expect(stored()).toMatchObject({ next: null, earlier: [second, FIRST] });
  await asks(device);
  expect([shownSession(device), servers.open()]).toEqual([SERVER, 1]);
  await device.engine.close();
});

test('[W65] it changes in time though the clock was put back', async () => {
  const device = await running();
  clock.jump(-300 * engineLimits.tokenLifeMs);
  await pass(engineLimits.tokenLookEveryMs);
  await until(() => current() !== FIRST);
  await device.engine.close();
});

/** A day later, the process is gone at that point of changing its token. */
async function killedAt(at: number, death: Death): Promise<{ left: string; isKilled: boolean }> {
  clock.jump(engineLimits.tokenLifeMs);
  const dying = new DyingProcess(home, { at, death });
  const opened = await openSession(home, servers, { clock, dying });
  const outcome = await dying.run(async () => {
    opened.engine.run();
    await until(() => dying.isOver || current() !== FIRST);
    // Its last call has not ended yet: `run` ends with it.
    if (dying.isOver) return new Promise<never>(() => undefined);
    return opened.engine.close();
  });
  const left = folders.copyOf(home);
  if (outcome === 'killed') opened.journal.close();
  return { left, isKilled: outcome === 'killed' };
}

test.each(DEATHS)(
  '[W68] a device that is killed %s any step of a change is signed in still',
  async (death) => {
    let kills = 0;
    for (let at = 1, goesOn = true; goesOn; at++) {
      home = folders.make();
      servers = new Servers();
      const { engine } = await openSession(home, servers, { clock });
      await engine.login(loginInput(SERVER));
      await engine.close();
      const { left, isKilled } = await killedAt(at, death);
      const next = await running(left, { seed: at + 1 });
      await asks(next);
      await until(() => {
        clock.advance(engineLimits.tokenLookEveryMs);
        return stored(left)?.next === null && current(left) !== FIRST;
      });
      await asks(next);
      expect([death, at, shownSession(next), servers.open()]).toEqual([death, at, SERVER, 1]);
      await next.engine.close();
      if (isKilled) kills += 1;
      goesOn = isKilled;
    }
    // Two writes of several calls each, and the call of the server between them.
    expect(kills).toBeGreaterThan(8);
  },
);

test('[W68] an answer that is lost costs nothing: the same is asked again, with the same next token', async () => {
  const device = await openSession(home, losingAnswers(servers), { clock });
  device.engine.run();
  await nextDay();
  await until(() => servers.replacings === 1);
  const { next } = stored() ?? {};
  expect([current(), next]).toEqual([FIRST, expect.stringMatching(/^tds_/)]);
  await changesIn();
  expect(current()).toBe(next);
  await asks(device);
  expect(shownSession(device)).toBe(SERVER);
  await device.engine.close();
});

/** The first answer to a change never arrives. */
function losingAnswers(gate: Servers): Servers {
  let isLost = false;
  const connect = gate.connect.bind(gate);
  gate.connect = (url, token) => {
    const connection = connect(url, token);
    return {
      ...connection,
      async replaceToken(nextHash) {
        await connection.replaceToken(nextHash);
        if (!isLost) {
          isLost = true;
          fail({ reason: 'unreachable', url, detail: 'cut' });
        }
      },
    };
  };
  return gate;
}

test('[W68] a token that cannot be stored is not used: the old one goes on, and changes later', async () => {
  const { read } = homeFolder(home).token;
  const place = homeFolder(home).token;
  let isFull = false;
  const token: TokenPlace = {
    ...{ read, where: () => 'file' },
    write: async (text) =>
      isFull ? fail({ reason: 'ownDataFailed', path: home, detail: 'ENOSPC' }) : place.write(text),
  };
  const device = await running(home, { token });
  servers.isAway = true;
  await nextDay();
  await until(() => stored()?.next !== null);
  isFull = true;
  servers.isAway = false;
  await until(() => {
    clock.advance(engineLimits.tokenLookEveryMs);
    return servers.replacings > 0;
  });
  await asks(device);
  expect([current(), shownSession(device)]).toEqual([FIRST, SERVER]);
  await device.engine.close();
  const next = await running();
  await changesIn();
  await asks(next);
  expect([shownSession(next), servers.open()]).toEqual([SERVER, 1]);
  await next.engine.close();
});

test('[W69] at a server that knows no such call the token stays what it is', async () => {
  servers.canReplace = false;
  const device = await running();
  await nextDay();
  await until(() => servers.replacings > 0);
  await asks(device);
  expect([current(), shownSession(device)]).toEqual([FIRST, SERVER]);
  servers.canReplace = true;
  await changesIn();
  await device.engine.close();
});

describe('a copy of all that the device has', () => {
  test('[W67] is noticed when both go on: both are signed out and say why, at the next start too', async () => {
    const copied = folders.copyOf(home);
    const [one, other] = [await running(), await running(copied, { seed: 2 })];
    await changesIn(home);
    await untilShown('copied', one, other);
    expect(servers.open()).toBe(0);
    await Promise.all([one.engine.close(), other.engine.close()]);
    const again = await running();
    await until(() => shownSession(again) !== SERVER);
    expect(shownSession(again)).toBe('copied');
    await again.engine.login(loginInput(SERVER));
    expect([shownSession(again), servers.open()]).toEqual([SERVER, 1]);
    await again.engine.close();
  });

  test('[W67] that is put back days later is refused, and the device signs in anew', async () => {
    const kept = folders.copyOf(home);
    const device = await running();
    for (let day = 0; day < 3; day++) await changesIn();
    await asks(device);
    await device.engine.close();
    const restored = await running(kept);
    await until(() => shownSession(restored) !== SERVER);
    expect(shownSession(restored)).toBe('copied');
    await restored.engine.login(loginInput(SERVER));
    expect(shownSession(restored)).toBe(SERVER);
    await restored.engine.close();
  });
});

describe('a server that comes back from a backup', () => {
  test.each([1, 3, engineLimits.earlierTokensMax])(
    '[W68] of %i changes ago knows the device by an earlier token, which changes at once',
    async (changes) => {
      const device = await running();
      await asks(device);
      const last = await putBackBehind(device, changes);
      await untilAsking(device, () => current() !== last);
      expect(stored()?.earlier).not.toContain(last);
      await changesIn();
      await asks(device);
      expect([shownSession(device), servers.open()]).toEqual([SERVER, 1]);
      await device.engine.close();
    },
  );

  test('[W68] is asked with the token that it knows, and never with an older one for a call of before', async () => {
    const device = await running();
    await changesIn();
    await asks(device);
    const last = await putBackBehind(device);
    await untilAsking(device, () => current() !== last);
    // A call of before arrives late.
    servers.refusals = 1;
    await asksInTime(device);
    await asks(device);
    expect([shownSession(device), servers.open()]).toEqual([SERVER, 1]);
    await device.engine.close();
  });

  test('[W68] that is older than all tokens signs the device out', async () => {
    const device = await running();
    await asks(device);
    await changesIn();
    const last = current();
    const empty = new Servers();
    servers.connect = empty.connect.bind(empty);
    await device.engine.close();
    const next = await running();
    await until(() => shownSession(next) !== SERVER);
    expect([shownSession(next), last === FIRST]).toEqual(['revoked', false]);
    await next.engine.close();
  });

  test('[W68] and is away in the middle of being asked is asked again', async () => {
    const device = await running();
    await asks(device);
    const last = await putBackBehind(device);
    const connect = servers.connect.bind(servers);
    let lost = 0;
    servers.connect = (url, token) => {
      const connection = connect(url, token);
      const quota = async () =>
        lost++ === 0 ? fail({ reason: 'unreachable', url, detail: 'cut' }) : connection.sync.quota();
      return { ...connection, sync: { ...connection.sync, quota } };
    };
    await untilAsking(device, () => current() !== last);
    expect(lost).toBeGreaterThan(0);
    expect(shownSession(device)).toBe(SERVER);
    await device.engine.close();
  });
});
