import type { ServerFound } from '@tidesync/shared/wire/engine-screens';
import type { Cutter } from '../ports/cutter.ts';
import type { Disk } from '../ports/disk.ts';
import type { Clock, Random, Sha256 } from '../ports/environment.ts';
import type { EngineJournal } from '../ports/journal.ts';
import type { LibraryServer } from '../ports/library-server.ts';
import type { Places, ProcessFacts } from '../ports/places.ts';
import type { PowerAndNetwork } from '../ports/power-and-network.ts';
import type { ObjectTransfer, SyncServer } from '../ports/server.ts';
import type { TokenPlace } from '../ports/token-place.ts';
import type { Watcher } from '../ports/watcher.ts';

export interface LoggedIn {
  readonly token: string;
  readonly accountId: string;
  readonly deviceId: string;
  readonly email: string;
}

/** A server, as one signed-in device talks to it. */
export interface ServerConnection {
  readonly sync: SyncServer;
  readonly objects: ObjectTransfer;
  readonly library: LibraryServer;
  /** Revokes this device. */
  logout(): Promise<void>;
  /** The token of this hash is to take the place of the one that signs this call. */
  replaceToken(nextHash: string): Promise<void>;
  close(): void;
}

/** How the engine gets at servers. Rejects with Failure. */
export interface ServerGate {
  /** Whether a server of ours answers at an address as a person typed it. */
  check(url: string): Promise<ServerFound>;
  login(serverUrl: string, input: { email: string; password: string; deviceName: string }): Promise<LoggedIn>;
  /** `token` is asked at every call. */
  connect(serverUrl: string, token: () => string): ServerConnection;
}

/** Folders of this computer by absolute path, before they are roots. Rejects with Failure `folderUnusable`. */
export interface FolderPlaces {
  /** The real path of a folder that is there, or is made now (one level below a folder that is there). */
  prepare(path: string): Promise<string>;
  /** The real path where there is something, else the path as it is. */
  resolve(path: string): Promise<string>;
}

/** All that the engine works with; only a composition root names what stands behind it. */
export interface EngineParts {
  readonly journal: EngineJournal;
  readonly token: TokenPlace;
  readonly servers: ServerGate;
  readonly folders: FolderPlaces;
  readonly places: Places;
  readonly process: ProcessFacts;
  readonly powerAndNetwork: PowerAndNetwork;
  /** The engine's own folder: no root may lie in it or hold it. */
  readonly homePath: string;
  readonly openDisk: (rootPath: string) => Disk;
  readonly openCutter: (rootPath: string) => Cutter & { close(): Promise<void> };
  readonly watcher: Watcher;
  readonly clock: Clock;
  readonly random: Random;
  readonly sha256: Sha256;
  readonly log: (line: string) => void;
  readonly version: string;
  /** Tells the boots of this computer's system apart. */
  readonly bootId: string;
}
