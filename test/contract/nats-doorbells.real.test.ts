import { randomUUID } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { connect as connectTcp, createServer } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { connect } from '@nats-io/transport-node';
import {
  doorbellsContract,
  freshAccount,
  freshLibrary,
  listenFor,
  nextRing,
} from '@tidesync/server/adapters/events/doorbells-contract';
import type { NatsDoorbells, NatsDoorbellsOptions } from '@tidesync/server/adapters/events/nats-doorbells';
import { openNatsDoorbells } from '@tidesync/server/adapters/events/nats-doorbells';
import { afterEach, describe, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';
import { startNats } from '../servers/start-servers.ts';
import { makeTlsFiles } from './tls-certificates.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

const PATIENCE = { timeout: 30_000, interval: 20 };

function open(url: string, subjectPrefix: string, change: Partial<NatsDoorbellsOptions> = {}): NatsDoorbells {
  const doorbells = openNatsDoorbells({ url, subjectPrefix, serverId: randomUUID(), ...change });
  cleanUp.push(() => doorbells.close());
  return doorbells;
}

const connected = (...all: readonly NatsDoorbells[]) =>
  expect.poll(() => all.every((one) => one.state().is === 'connected'), PATIENCE).toBe(true);

async function openTwo(url: string): Promise<[NatsDoorbells, NatsDoorbells]> {
  const prefix = `test.${randomUUID()}`;
  const two: [NatsDoorbells, NatsDoorbells] = [open(url, prefix), open(url, prefix)];
  await connected(...two);
  return two;
}

/** A stranger on the same NATS. */
async function stranger(url: string): Promise<NatsConnection> {
  const connection = await connect({ servers: url.replace('nats://', '') });
  cleanUp.push(() => connection.close());
  return connection;
}

/** A way to a port of this machine that can be cut. */
async function cuttableLine(
  to: number,
): Promise<{ port: number; cut(): Promise<void>; mend(): Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connectTcp(to, '127.0.0.1');
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', () => undefined).on('close', () => into.destroy());
      from.pipe(into);
    }
  });
  const listen = (port: number) =>
    new Promise<number>((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
  const port = await listen(0);
  const cut = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of open) socket.destroy();
    open.clear();
    await closed;
  };
  cleanUp.push(() => (server.listening ? cut() : undefined));
  return { port, cut, mend: async () => void (await listen(port)) };
}

doorbellsContract('NATS', async () => {
  const [here, elsewhere] = await openTwo(realServers().nats.url);
  const close = async () => {
    await Promise.all([here.close(), elsewhere.close()]);
  };
  return { here, elsewhere, close };
});

describe('on NATS', () => {
  test('what is no message of a server is passed over and counted, and another installation is not heard', async () => {
    const { url } = realServers().nats;
    const prefix = `test.${randomUUID()}`;
    const [here, there] = [open(url, prefix), open(url, prefix)];
    const foreign = open(url, `test.${randomUUID()}`);
    await connected(here, there, foreign);
    const connection = await stranger(url);
    const rubbish = ['', '{', '[]', '{"from":"x"}', '\u0000', 'x'.repeat(100_000)];
    for (const text of rubbish) connection.publish(`${prefix}.doorbells`, text);
    await connection.flush();
    const listening = listenFor(here, null);
    foreign.ring({ libraryId: freshLibrary(), headSeq: 1 });
    const bell = { libraryId: freshLibrary(), headSeq: 1 };
    there.ring(bell);
    expect(await nextRing(listening)).toEqual({ kind: 'library', bell });
    expect(here.counts()).toEqual({ heard: 1, told: 0, ignored: rubbish.length });
    listening.stop();
  });

  test('a flood is heard as the newest of each library, in few messages', async () => {
    const [here, there] = await openTwo(realServers().nats.url);
    const libraries = Array.from({ length: 500 }, freshLibrary);
    const listening = listenFor(here, new Map(libraries.map((id) => [id, 0])));
    const rings = 100_000;
    for (let n = 0; n < rings; n++) {
      there.ring({ libraryId: libraries[n % libraries.length] as never, headSeq: n });
    }
    const newest = new Map<string, number>();
    while (
      [...newest.values()].filter((headSeq) => headSeq >= rings - libraries.length).length < libraries.length
    ) {
      const ring = await nextRing(listening);
      if (ring?.kind === 'library') newest.set(ring.bell.libraryId, ring.bell.headSeq);
    }
    expect(there.counts().told).toBeLessThan(100);
    listening.stop();
  });
});

describe('signing in to NATS', () => {
  const addressWith = (url: string, auth: string) => url.replace('nats://', `nats://${auth}@`);
  /** Two servers there hear each other. */
  async function hearEachOther(url: string, change: Partial<NatsDoorbellsOptions> = {}): Promise<void> {
    const [here, there] = [open(url, 'test', change), open(url, 'test', change)];
    await connected(here, there);
    const bell = { libraryId: freshLibrary(), headSeq: 1 };
    const listening = listenFor(here, null);
    there.ring(bell);
    expect(await nextRing(listening)).toEqual({ kind: 'library', bell });
    listening.stop();
  }

  test('works with a password or a token in the address, and a wrong one is told without being shown', async () => {
    const nats = await startNats({ args: ['--user', 'ada', '--pass', '12/34:5'] });
    cleanUp.push(() => nats.stop());
    await hearEachOther(addressWith(nats.url, 'ada:12%2F34%3A5'));
    const wrong = open(addressWith(nats.url, 'ada:hunter2'), 'test');
    await expect.poll(() => wrong.state(), PATIENCE).toMatchObject({ detail: /Authorization Violation/i });
    expect(JSON.stringify(wrong.state())).not.toContain('hunter2');
    const byToken = await startNats({ args: ['--auth', '77secret'] });
    cleanUp.push(() => byToken.stop());
    await hearEachOther(addressWith(byToken.url, '77secret'));
  });

  test('works by TLS with an authority of its own, and nobody else is believed', async () => {
    const { certPath, keyPath, caFile, remove } = await makeTlsFiles();
    cleanUp.push(remove);
    const nats = await startNats({ args: ['--tls', '--tlscert', certPath, '--tlskey', keyPath] });
    cleanUp.push(() => nats.stop());
    await hearEachOther(nats.url, { caFile });
    const careful = open(nats.url.replace('nats:', 'tls:'), 'test');
    await expect.poll(() => careful.state(), PATIENCE).toMatchObject({ detail: /certificate/ });
  });
});

describe('while NATS is away', () => {
  test('a server rings within itself, and says that the others do not hear', async () => {
    const nats = await startNats();
    cleanUp.push(() => nats.stop());
    await nats.kill();
    const here = open(nats.url, 'test');
    const listening = listenFor(here, null);
    const bell = { libraryId: freshLibrary(), headSeq: 1 };
    here.ring(bell);
    expect(await nextRing(listening)).toEqual({ kind: 'library', bell });
    await expect.poll(() => here.state(), PATIENCE).toMatchObject({ is: 'away', detail: /refused/ });
    listening.stop();
  });

  test('NATS killed and started again: all look again, and ring for each other as before', async () => {
    const nats = await startNats();
    cleanUp.push(() => nats.stop());
    const states: string[] = [];
    const onState = ({ is }: { is: string }) => states.push(is);
    const [here, there] = [open(nats.url, 'test', { onState }), open(nats.url, 'test')];
    await connected(here, there);
    const library = freshLibrary();
    const listening = listenFor(here, new Map([[library, 0]]));
    for (let round = 1; round <= 3; round++) {
      await nats.kill();
      await expect.poll(() => [here, there].map((one) => one.state().is), PATIENCE).toEqual(['away', 'away']);
      // Told before the other one listens again, perhaps: looking again is what makes up for it.
      there.ring({ libraryId: library, headSeq: round });
      await nats.start();
      await connected(here, there);
      while ((await listening.next())?.kind !== 'lookAgain');
      there.ring({ libraryId: library, headSeq: 100 * round });
      const last = { kind: 'library', bell: { libraryId: library, headSeq: 100 * round } };
      while (!isDeepStrictEqual(await listening.next(), last));
    }
    expect(states.filter((is) => is === 'connected')).toHaveLength(4);
    listening.stop();
  });

  test('a server that starts before NATS joins the others later', async () => {
    const nats = await startNats();
    cleanUp.push(() => nats.stop());
    await nats.kill();
    const [here, there] = [open(nats.url, 'test'), open(nats.url, 'test')];
    const ann = freshAccount();
    const listening = listenFor(here, new Map(), ann);
    await expect.poll(() => [here, there].map((one) => one.state().is), PATIENCE).toEqual(['away', 'away']);
    await nats.start();
    await connected(here, there);
    expect(await listening.next()).toEqual({ kind: 'lookAgain' });
    there.ringAccess(ann);
    expect(await nextRing(listening)).toEqual({ kind: 'access' });
    listening.stop();
  });

  test('what a server rings while it alone is cut off, the others hear afterwards', async () => {
    const { url } = realServers().nats;
    const prefix = `test.${randomUUID()}`;
    const line = await cuttableLine(Number(new URL(url).port));
    const [here, there] = [open(url, prefix), open(`nats://127.0.0.1:${line.port}`, prefix)];
    await connected(here, there);
    const ann = freshAccount();
    const bell = { libraryId: freshLibrary(), headSeq: 5 };
    const listening = listenFor(here, new Map([[bell.libraryId, 0]]), ann);
    await line.cut();
    await expect.poll(() => there.state().is, PATIENCE).toBe('away');
    there.ring({ ...bell, headSeq: 4 });
    there.ring(bell);
    there.ringAccess(ann);
    await line.mend();
    expect(await nextRing(listening)).toEqual({ kind: 'access' });
    expect(await nextRing(listening)).toEqual({ kind: 'library', bell });
    listening.stop();
  });

  test('closing does not wait for it', async () => {
    const nats = await startNats();
    cleanUp.push(() => nats.stop());
    await nats.kill();
    const here = open(nats.url, 'test');
    here.ring({ libraryId: freshLibrary(), headSeq: 1 });
    await here.close();
    here.ring({ libraryId: freshLibrary(), headSeq: 2 });
    expect(here.state().is).toBe('away');
  });
});
