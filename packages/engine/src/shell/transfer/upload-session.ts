import type { ChunkId, LibraryId, UploadId } from '@tidesync/shared/ids';
import { uuidFromBytes } from '@tidesync/shared/ids';
import type { Clock, Random } from '../../ports/environment.ts';
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
}

export function createUploadSessions({ server, clock, random, libraryId }: SessionPorts): UploadSessions {
  let live: UploadSession | null = null;
  let starting: Promise<UploadSession> | null = null;

  const begin = async (): Promise<UploadSession> => {
    const startedMs = clock.monotonicMs();
    const uploadId = uuidFromBytes(random.bytes(16)) as UploadId;
    await server.beginUpload(uploadId, libraryId);
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
    },
  };
}
