import { fail } from '@tidesync/shared/problems';
import { health as healthSchema, PROTOCOL_VERSION } from '@tidesync/shared/wire/people';
import type { ServerCall } from '@tidesync/shared/wire/procedures';
import { procedures } from '@tidesync/shared/wire/procedures';
import { createTRPCUntypedClient, httpLink } from '@trpc/client';
import type { Clock, Random } from '../ports/environment.ts';
import type { LibraryServer } from '../ports/library-server.ts';
import type { SyncServer } from '../ports/server.ts';
import { contentServer } from '../shell/transfer/content-server.ts';
import { unlessBusy } from '../shell/transfer/tries.ts';
import { callFailure, refusalIn, strangeAnswer, unreachable } from './server/answer-failure.ts';
import { listenForDoorbells } from './server/doorbell-stream.ts';

/** The whole answer has to be there by then; the largest are a few MB. */
const CALL_MS_MAX = 60_000;

export interface ServerAccess {
  /** Without a trailing slash (see `parseServerUrl`). */
  readonly url: string;
  /** Asked at every call; null before a login. */
  readonly token: (() => string | Promise<string>) | null;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Everything the server can be asked. Rejects with `Failure` and nothing else: the server's own problem, or
 * `unreachable`, `notTidesync`, `incompatible`. Every answer has passed its schema.
 */
export interface ServerApi extends Pick<SyncServer, 'watch'> {
  readonly url: string;
  readonly call: ServerCall;
  /** Resolves if a Tidesync server of our protocol answers there. */
  checkHealth(): Promise<{ version: string; protocol: number }>;
}

/** An address as a person typed it, in the form everything else expects; null if it is no http(s) address. */
export function parseServerUrl(text: string): string | null {
  const url = URL.parse(text.trim());
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

export function createServerApi(access: ServerAccess): ServerApi {
  const { url, token, clock, random } = access;
  const trpcUrl = `${url}/trpc`;
  const ours = { 'x-tidesync-protocol': String(PROTOCOL_VERSION) };
  const headers = async (): Promise<Record<string, string>> =>
    token === null ? ours : { ...ours, authorization: `Bearer ${await token()}` };

  const fetchInTime: typeof fetch = (address, init) => {
    const inTime = AbortSignal.timeout(CALL_MS_MAX);
    const signal = init?.signal ? AbortSignal.any([init.signal, inTime]) : inTime;
    // Followed blindly, a redirect would turn a POST into a GET.
    return fetch(address, { ...init, signal, redirect: 'manual' });
  };
  const fetchJson: typeof fetch = async (address, init) => {
    const response = await fetchInTime(address, init);
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    if (isJson) return response;
    // A body that nobody reads would hold its connection.
    await response.body?.cancel();
    throw strangeAnswer(response, url);
  };
  const link = httpLink({ url: trpcUrl, headers, fetch: fetchJson as never, methodOverride: 'POST' });
  const client = createTRPCUntypedClient({ links: [link] });

  return {
    url,
    async call(name, ...[input]) {
      const { kind, output } = procedures[name];
      const answer = await unlessBusy(access, () =>
        client[kind](name, input).catch((error: unknown) => {
          throw callFailure(error, url);
        }),
      );
      const parsed = output.safeParse(answer);
      if (!parsed.success) fail({ reason: 'notTidesync', url }, parsed.error);
      return parsed.data as never;
    },
    async checkHealth() {
      const response = await fetchInTime(`${url}/health`, { headers: ours }).catch((error: unknown) => {
        throw unreachable(url, error);
      });
      if (!response.ok) throw await refusalIn(response, url);
      const answer = healthSchema.safeParse(await response.json().catch(() => null));
      if (!answer.success) fail({ reason: 'notTidesync', url });
      const { protocol, version } = answer.data;
      if (protocol !== PROTOCOL_VERSION) {
        fail({ reason: 'incompatible', server: protocol, client: PROTOCOL_VERSION });
      }
      return { version, protocol };
    },
    watch(onBell, onState, onRefused = () => undefined) {
      return listenForDoorbells({ url, trpcUrl, headers, clock, random }, { onBell, onState, onRefused });
    },
  };
}

/** The server as a person looks at it, over the same calls. */
/** A person who has not found it among so many types another word. */
const SEARCH_SHOWN_MAX = 50;

export function libraryServerOf(api: ServerApi): LibraryServer {
  return {
    trash: (libraryId, pageToken) => api.call('trash.list', { libraryId, pageToken }),
    versions: (libraryId, entryId, beforeSeq) => api.call('versions.list', { libraryId, entryId, beforeSeq }),
    search: (libraryId, text) => api.call('tree.search', { libraryId, text, limit: SEARCH_SHOWN_MAX }),
    retention: (libraryId) => api.call('libraries.retention', { libraryId }),
    setRetention: (change) => api.call('libraries.setRetention', change),
    restoreVersion: (wanted) => api.call('versions.restore', wanted),
    restore: (libraryId, opId, entryIds) =>
      api.call('trash.restore', { libraryId, opId, entryIds: [...entryIds] }),
  };
}

/** The server as the engine's rounds need it, over the same calls. */
export function syncServerOf(api: ServerApi): SyncServer {
  return {
    quota: () => api.call('account.quota'),
    libraries: async () => (await api.call('libraries.list')).libraries,
    createLibrary: (libraryId, name) => api.call('libraries.create', { libraryId, name }),
    changes: (libraryId, cursor) => api.call('changes.list', { libraryId, cursor }),
    tree: (libraryId, pageToken) => api.call('tree.list', { libraryId, pageToken }),
    commit: (input) => api.call('sync.commit', input),
    lookUpCommit: (libraryId, opId) => api.call('sync.lookup', { libraryId, opId }),
    ...contentServer(api),
    wanted: (libraryId, after) => api.call('uploads.wanted', { libraryId, after }),
    watch: (onBell, onState, onRefused) => api.watch(onBell, onState, onRefused),
  };
}
