import type { ChunkId, LibraryId, UploadId } from '@tidesync/shared/ids';
import { uuidFromBytes } from '@tidesync/shared/ids';
import { isFailure } from '@tidesync/shared/problems';
import type { Clock, Random, Sha256 } from '../../ports/environment.ts';
import { transferLimits } from './transfer-limits.ts';
import type { UploadServer } from './upload-types.ts';

/** One `uploadId` on the server, and what this device knows it can rely on there. */
export interface UploadSession {
  readonly uploadId: UploadId;
  readonly startedMs: number;
  /** Chunks the server has said it has, or that were sealed. */
  readonly known: Set<ChunkId>;
  /** Chunks some call is sending now; resolves when it is over, well or not. */
  readonly sending: Map<ChunkId, Promise<void>>;
}

export interface UploadSessions {
  /** The running session, or a new one where there is none or it has grown old. */
  current(): Promise<UploadSession>;
  /** The server has ended it: the next call begins another. */
  drop(session: UploadSession): void;
}

interface SessionPorts {
  readonly server: UploadServer;
  readonly clock: Clock;
  readonly random: Random;
  readonly libraryId: LibraryId;
  readonly sha256: Sha256;
  /** Names whose uploads these are over restarts; null: nobody takes them up again. */
  readonly resumeKey: string | null;
}

export function createUploadSessions(ports: SessionPorts): UploadSessions {
  const { server, clock, random, libraryId } = ports;
  let live: UploadSession | null = null;
  let starting: Promise<UploadSession> | null = null;
  /** Of those that would be taken up again: the server has refused to go on with it. */
  let spent: UploadId | null = null;

  const newId = () => uuidFromBytes(random.bytes(16)) as UploadId;

  /** After a stop the same upload goes on, with what it had reserved; an ended one is left. */
  const beginOnServer = async (): Promise<UploadId> => {
    const known = resumableId(ports);
    const resumed = known === null || known === spent ? newId() : known;
    try {
      await server.beginUpload(resumed, libraryId);
      return resumed;
    } catch (error) {
      if (!isFailure(error, 'uploadExpired')) throw error;
    }
    const fresh = newId();
    await server.beginUpload(fresh, libraryId);
    return fresh;
  };

  const begin = async (): Promise<UploadSession> => {
    const startedMs = clock.monotonicMs();
    const uploadId = await beginOnServer();
    live = { uploadId, startedMs, known: new Set(), sending: new Map() };
    return live;
  };

  return {
    async current() {
      const young = live !== null && clock.monotonicMs() - live.startedMs < transferLimits.sessionAgeMsMax;
      if (young) return live as UploadSession;
      starting ??= begin().finally(() => {
        starting = null;
      });
      return starting;
    },
    drop(session) {
      if (live === session) live = null;
      if (session.uploadId === resumableId(ports)) spent = session.uploadId;
    },
  };
}

/** The same id for the same root within a period, so that an engine that was killed finds its upload again. */
function resumableId({ resumeKey, clock, sha256 }: SessionPorts): UploadId | null {
  if (resumeKey === null) return null;
  const period = Math.floor(clock.nowMs() / transferLimits.sessionAgeMsMax);
  const digest = sha256(`upload/${resumeKey}/${period}`);
  return uuidFromBytes(
    Uint8Array.from(digest.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16)),
  ) as UploadId;
}
