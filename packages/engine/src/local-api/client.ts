import { Failure, fail, parseProblem } from '@tidesync/shared/problems';
import type { EngineStatus, VerifiedFolder } from '@tidesync/shared/wire/engine';
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink, TRPCClientError } from '@trpc/client';
import { EventSource } from 'eventsource';
import { z } from 'zod';
import type { Random } from '../ports/environment.ts';
import type { VerifyOrder } from '../shell/face.ts';
import type { EngineFace } from './engine-face.ts';
import { LINK_PATH, proofOf, sameText } from './gate.ts';
import type { LocalRouter } from './router.ts';

const PROVE_MS_MAX = 3_000;

/** Where a running engine listens, as its runtime file says. */
export interface EngineAddress {
  readonly port: number;
  readonly token: string;
}

/**
 * The face of an engine in another process; null if nobody answers there who knows the token, `silent` if somebody
 * takes the connection and says nothing for three seconds. The token is sent only after the other side has proved that
 * it knows it.
 */
export async function connectEngine(
  address: EngineAddress,
  random: Random,
): Promise<EngineFace | 'silent' | null> {
  const proof = await askForProof(address, random);
  if (proof === 'silent') return proof;
  return proof === 'given' ? remoteFace(createClient(urlOf(address), address.token)) : null;
}

/** An address that lets a browser in to the screens, once and for some minutes; null if none is to be had now. */
export async function browserLink(address: EngineAddress, random: Random): Promise<string | null> {
  if ((await askForProof(address, random)) !== 'given') return null;
  const headers = { authorization: `Bearer ${address.token}` };
  const signal = AbortSignal.timeout(PROVE_MS_MAX);
  try {
    const at = `http://127.0.0.1:${address.port}${LINK_PATH}`;
    const answer = await fetch(at, { method: 'POST', headers, signal });
    return answer.ok ? linkAnswer.parse(await answer.json()).url : null;
  } catch {
    return null;
  }
}
const linkAnswer = z.object({ url: z.string() });

function urlOf({ port }: EngineAddress): string {
  return `http://127.0.0.1:${port}/trpc`;
}

async function askForProof(address: EngineAddress, random: Random): Promise<'given' | 'silent' | 'notGiven'> {
  const url = urlOf(address);
  const nonce = Buffer.from(random.bytes(32)).toString('hex');
  const stranger = createTRPCClient<LocalRouter>({ links: [httpLink({ url })] });
  const signal = AbortSignal.timeout(PROVE_MS_MAX);
  try {
    const { proof } = await stranger.prove.mutate({ nonce }, { signal });
    return typeof proof === 'string' && sameText(proof, proofOf(address, nonce)) ? 'given' : 'notGiven';
  } catch {
    return signal.aborted ? 'silent' : 'notGiven';
  }
}

type Client = ReturnType<typeof createClient>;

function createClient(url: string, token: string) {
  const headers = { authorization: `Bearer ${token}` };
  return createTRPCClient<LocalRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: {
            fetch: (input: string | URL, init: RequestInit) =>
              fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }),
          },
        }),
        false: httpLink({ url, headers }),
      }),
    ],
  });
}

function remoteFace(client: Client): EngineFace {
  const nothing = async (work: Promise<unknown>): Promise<void> => {
    await translated(work);
  };
  return {
    status: () => translated(client.status.query()),
    watch: (signal) => remoteStatuses(client, signal),
    login: (input) => nothing(client.login.mutate(input)),
    logout: () => nothing(client.logout.mutate()),
    addFolder: (input) => translated(client.folders.add.mutate(input)),
    removeFolder: (path) => nothing(client.folders.remove.mutate({ path })),
    moveFolder: (from, to) => nothing(client.folders.move.mutate({ from, to })),
    pause: (path, untilMs) => nothing(client.folders.pause.mutate({ path, untilMs })),
    resume: (path) => nothing(client.folders.resume.mutate({ path })),
    rescan: (path) => nothing(client.folders.rescan.mutate({ path })),
    settle: (signal) => remoteSettled(client, signal),
    why: (path) => translated(client.why.query({ path })),
    verify: (order) => remoteVerified(client, order),
    decideDamage: (path, take) => nothing(client.decideDamage.mutate({ path, take })),
    list: (path) => translated(client.list.query({ path })),
    selectionTree: (path) => translated(client.selection.tree.query({ path })),
    exclude: (path, dryRun) => translated(client.selection.exclude.mutate({ path, dryRun })),
    include: (path, dryRun) => translated(client.selection.include.mutate({ path, dryRun })),
    troubles: (rootId) => translated(client.troubles.query({ rootId })),
    activity: (limit) => translated(client.activity.query({ limit })),
    conflicts: () => translated(client.conflicts.list.query()),
    resolvedConflicts: () => translated(client.conflicts.resolved.query()),
    resolveConflict: (answer) => translated(client.conflicts.resolve.mutate(answer)),
    undoConflict: (conflictId) => translated(client.conflicts.undo.mutate({ conflictId })),
    heldBatches: () => translated(client.held.list.query()),
    heldBatch: (batchId) => translated(client.held.show.query({ batchId })),
    approveHeld: (batchId) => translated(client.held.approve.mutate({ batchId })),
    undoHeld: (batchId) => translated(client.held.undo.mutate({ batchId })),
    deleteThresholds: (path) => translated(client.folders.thresholds.query({ path })),
    setDeleteThresholds: (path, thresholds) =>
      nothing(client.folders.setThresholds.mutate({ path, thresholds })),
    changeDeviceSettings: (change) => nothing(client.device.change.mutate(change)),
    syncAnyway: () => nothing(client.device.syncAnyway.mutate()),
    lookAround: () => nothing(client.device.lookAround.mutate()),
    screens: remoteScreens(client),
    shutdown: () => nothing(client.shutdown.mutate()),
  };
}

function remoteScreens(client: Client): EngineFace['screens'] {
  return {
    checkServer: (url) => translated(client.server.check.query({ url })),
    libraries: () => translated(client.libraries.list.query()),
    places: (path) => translated(client.places.list.query({ path })),
    checkFolder: (input) => translated(client.places.check.query(input)),
    preview: (path) => translated(client.preview.query({ path })),
    trash: (libraryId, pageToken) => translated(client.trash.list.query({ libraryId, pageToken })),
    restore: (libraryId, entryIds) =>
      translated(client.trash.restore.mutate({ libraryId, entryIds: [...entryIds] })),
    versions: (path, beforeSeq) => translated(client.versions.list.query({ path, beforeSeq })),
    restoreVersion: (path, seq) => translated(client.versions.restore.mutate({ path, seq })),
    retention: (libraryId) => translated(client.libraries.retention.query({ libraryId })),
    setRetention: (change) => translated(client.libraries.setRetention.mutate(change)),
    search: (text) => translated(client.search.query({ text })),
    gaps: () => translated(client.gaps.query()),
    about: () => translated(client.about.query()),
  };
}

function remoteSettled(client: Client, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise<boolean>((resolve, reject) => {
    const leave = (settle: () => void) => {
      signal.removeEventListener('abort', onAbort);
      // First of all: unsubscribing completes the subscription, which would look like the engine's end.
      settle();
      subscription.unsubscribe();
    };
    const onAbort = () => leave(() => resolve(false));
    const lost = (error: unknown) => leave(() => reject(toFailure(error)));
    const subscription = client.settle.subscribe(undefined, {
      onData: () => leave(() => resolve(true)),
      onError: lost,
      onConnectionStateChange: (change) =>
        change.state === 'connecting' && change.error && lost(change.error),
      onComplete: () => lost(null),
    });
    signal.addEventListener('abort', onAbort);
  });
}

function remoteVerified(client: Client, order: VerifyOrder): Promise<VerifiedFolder[] | null> {
  const { path, deep, signal, progress } = order;
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const leave = (settle: () => void) => {
      signal.removeEventListener('abort', onAbort);
      // First of all, as with `settle`.
      settle();
      subscription.unsubscribe();
    };
    const onAbort = () => leave(() => resolve(null));
    const lost = (error: unknown) => leave(() => reject(toFailure(error)));
    const subscription = client.verify.subscribe(
      { path, deep },
      {
        onData: (event) => {
          if (event.is === 'progress') progress(event.now);
          else leave(() => resolve(event.folders));
        },
        onError: lost,
        onConnectionStateChange: (change) =>
          change.state === 'connecting' && change.error && lost(change.error),
        onComplete: () => lost(null),
      },
    );
    signal.addEventListener('abort', onAbort);
  });
}

/** Only the newest status waits for its reader: older ones are of no use to anyone. */
async function* remoteStatuses(client: Client, signal: AbortSignal): AsyncGenerator<EngineStatus> {
  let newest: EngineStatus | null = null;
  let failure: Failure | null = null;
  let over = false;
  let wake = Promise.withResolvers<void>();
  const lost = (error: unknown) => {
    failure = toFailure(error);
    wake.resolve();
  };
  const end = () => {
    over = true;
    wake.resolve();
  };
  const subscription = client.watch.subscribe(undefined, {
    onData: (status) => {
      newest = status;
      wake.resolve();
    },
    onError: lost,
    // The engine's end shows as a connection that is being made again.
    onConnectionStateChange: (change) => change.state === 'connecting' && change.error && lost(change.error),
    onComplete: () => lost(null),
  });
  signal.addEventListener('abort', end);
  try {
    while (!over) {
      await wake.promise;
      wake = Promise.withResolvers();
      if (failure !== null) throw failure;
      if (newest !== null && !over) yield newest;
      newest = null;
    }
  } finally {
    signal.removeEventListener('abort', end);
    subscription.unsubscribe();
  }
}

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    return fail(toFailure(error).problem, error);
  }
}

function toFailure(error: unknown): Failure {
  const data =
    error instanceof TRPCClientError ? (error.data as { problem?: unknown } | undefined) : undefined;
  const problem = parseProblem(data?.problem);
  return new Failure(problem ?? { reason: 'engineDown' }, { cause: error });
}
