import { readStoredTokens } from '@tidesync/engine/core/bound-token';
import { browserLink, connectEngine } from '@tidesync/engine/local-api/client';
import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import { faceOf } from '@tidesync/engine/local-api/engine-face';
import { serveLocalApi } from '@tidesync/engine/local-api/serve';
import type { Clock, Random } from '@tidesync/engine/ports/environment';
import type { Engine } from '@tidesync/engine/shell/face';
import { fail } from '@tidesync/shared/problems';
import { signedOutProblem } from '@tidesync/shared/signed-out';
import type { AccountServer } from './account-server.ts';
import type { EngineAccess, EngineUse, Patience } from './cli-context.ts';
import type { DeviceHome, HomeLock } from './device-home.ts';

/** Other short commands hold the lock for about as long, and an engine needs a moment to announce itself. */
const LOCK_WAIT_MS = 10_000;
const LOCK_RETRY_MS = 100;
/** An engine with a million files is at times busy for some seconds, and much longer where memory is short. */
const PATIENT: Patience = { withinMs: 15_000 };

/** An engine that does not run yet. */
export interface OpenedEngine {
  readonly engine: Engine;
  /** Closes the engine and what was opened for it. */
  close(): Promise<void>;
}

export interface EngineParts {
  readonly home: DeviceHome;
  readonly clock: Clock;
  readonly random: Random;
  /** Only with the home's lock held. */
  readonly openEngine: () => Promise<OpenedEngine>;
  /** `token` is asked at every call. */
  readonly connectServer: (serverUrl: string, token: () => Promise<string>) => AccountServer;
  /** Where the app's built screens lie, for a browser. */
  readonly screensDir: string | null;
}

export interface ClosableEngineAccess extends EngineAccess {
  /** Closes what `use` has opened in this process. */
  close(): Promise<void>;
}

interface Opened {
  readonly use: EngineUse;
  close(): Promise<void>;
}

export function createEngineAccess(parts: EngineParts): ClosableEngineAccess {
  let opened: Promise<Opened> | null = null;
  const open = () => {
    opened ??= openSomewhere(parts);
    return opened;
  };
  return {
    running: (patience = PATIENT) => findRunning(parts, patience),
    use: async (work) => work((await open()).use),
    async useServer(work) {
      const { session } = await (await open()).use.face.status();
      if (session.is === 'signedOut') return fail(signedOutProblem(session.why));
      return work(parts.connectServer(session.serverUrl, tokenFor(parts, session.serverUrl)));
    },
    serve: (onReady, signal) => serveEngine(parts, onReady, signal),
    async browserLink() {
      if ((await findRunning(parts, PATIENT)) === null) return null;
      const address = await parts.home.announced();
      return address === null ? null : browserLink(address, parts.random);
    },
    async close() {
      if (opened === null) return;
      const closing = await opened.catch(() => null);
      await closing?.close();
    },
  };
}

/** Soon read again: the engine that runs may replace it, and one that was replaced is not to be used for long. */
const TOKEN_IN_HAND_MS = 5_000;

function tokenFor({ home, clock }: EngineParts, serverUrl: string): () => Promise<string> {
  let inHand: { readonly token: Promise<string>; readonly sinceMs: number } | null = null;
  return () => {
    const nowMs = clock.monotonicMs();
    if (inHand === null || nowMs - inHand.sinceMs >= TOKEN_IN_HAND_MS) {
      inHand = { token: readToken(home, serverUrl), sinceMs: nowMs };
    }
    return inHand.token;
  };
}

/** A device may be signed in elsewhere in this very moment. */
async function readToken(home: DeviceHome, serverUrl: string): Promise<string> {
  const text = await home.readToken();
  const stored = text === null ? null : readStoredTokens(text);
  if (stored === null) return fail({ reason: 'signedOut' });
  const { tokens, binding } = stored;
  return binding === null || binding.serverUrl === serverUrl ? tokens.current : fail({ reason: 'signedOut' });
}

/** A running engine, or null; fails with `engineBusy` when one runs and does not answer for that long. */
async function findRunning(parts: EngineParts, { withinMs, onBusy }: Patience): Promise<EngineFace | null> {
  const { home, clock } = parts;
  const startMs = clock.monotonicMs();
  for (let wasBusy = false; ; wasBusy = true) {
    const found = await lookForEngine(parts);
    if (found !== 'busy') return found;
    if (!wasBusy) onBusy?.();
    if (withinMs !== null && clock.monotonicMs() - startMs >= withinMs)
      fail({ reason: 'engineBusy', path: home.path });
  }
}

/** Who is silent there is an engine only while the lock is held: any program may have that port by now. */
async function lookForEngine({ home, random }: EngineParts): Promise<EngineFace | 'busy' | null> {
  const address = await home.announced();
  const found = address === null ? null : await connectEngine(address, random);
  if (found !== 'silent') return found;
  const lock = await home.lock();
  if (lock === null) return 'busy';
  await lock.release();
  return null;
}

async function openSomewhere(parts: EngineParts): Promise<Opened> {
  const { home, clock } = parts;
  const startMs = clock.monotonicMs();
  for (;;) {
    const face = await findRunning(parts, PATIENT);
    if (face !== null) return { use: { face, runs: 'elsewhere' }, close: async () => {} };
    const lock = await home.lock();
    if (lock !== null) return openHere(parts, lock);
    if (clock.monotonicMs() - startMs > LOCK_WAIT_MS) fail({ reason: 'homeInUse', path: home.path });
    await clock.sleep(LOCK_RETRY_MS);
  }
}

async function openHere(parts: EngineParts, lock: HomeLock): Promise<Opened> {
  const { engine, close: closeEngine } = await openLocked(parts, lock);
  const close = async () => {
    await closeEngine();
    await lock.release();
  };
  const face = faceOf({ engine, shutdown: async () => {} });
  return { use: { face, runs: 'here' }, close };
}

async function openLocked(parts: EngineParts, lock: HomeLock): Promise<OpenedEngine> {
  try {
    return await parts.openEngine();
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Runs an engine with its local API until the signal fires or a client asks it to stop. */
export async function serveEngine(
  parts: EngineParts,
  onReady: (face: EngineFace) => void,
  signal: AbortSignal,
): Promise<void> {
  const lock = await lockToServe(parts);
  await parts.home.settleToken();
  const { engine, close } = await openLocked(parts, lock);
  const stop = Promise.withResolvers<void>();
  const shutdown = async () => stop.resolve();
  signal.addEventListener('abort', () => stop.resolve());
  const face = faceOf({ engine, shutdown });
  try {
    const api = await serveLocalApi(face, parts);
    try {
      engine.run();
      await lock.announce({ port: api.port, token: api.token });
      onReady(face);
      if (!signal.aborted) await stop.promise;
    } finally {
      await api.close();
    }
  } finally {
    await close();
    await lock.release();
  }
}

async function lockToServe(parts: EngineParts): Promise<HomeLock> {
  const { home, clock } = parts;
  const startMs = clock.monotonicMs();
  for (;;) {
    const lock = await home.lock();
    if (lock !== null) return lock;
    if ((await lookForEngine(parts)) !== null) fail({ reason: 'engineRunning', path: home.path });
    if (clock.monotonicMs() - startMs > LOCK_WAIT_MS) fail({ reason: 'homeInUse', path: home.path });
    await clock.sleep(LOCK_RETRY_MS);
  }
}
