import type { EngineAddress } from '@tidesync/engine/local-api/client';

/** Held by one process at a time; freed by the system, too, when that process dies. */
export interface HomeLock {
  /** Tells other programs where the engine listens. */
  announce(address: EngineAddress): Promise<void>;
  /** Takes the announcement back. */
  release(): Promise<void>;
}

/** The folder in which this device keeps its data (TIDESYNC_HOME). Rejects with Failure. */
export interface DeviceHome {
  readonly path: string;
  /** Null if another process holds it. */
  lock(): Promise<HomeLock | null>;
  /** What the process that holds the lock has announced; may be stale. */
  announced(): Promise<EngineAddress | null>;
  /** The device's token, as core/bound-token.ts of the engine writes it; null while signed out. */
  readToken(): Promise<string | null>;
  /** Brings the token to where it is preferred, with the lock held. */
  settleToken(): Promise<void>;
}
