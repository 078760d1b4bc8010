import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type { Clock, Random } from '@tidesync/engine/ports/environment';
import type { FolderPlaces } from '@tidesync/engine/shell/engine-parts';
import type { Command } from 'commander';
import type { AccountServer } from './account-server.ts';
import type { DiagnosisSources } from './diagnose/sources.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import type { SystemHost } from './service/system-host.ts';

export interface EngineUse {
  readonly face: EngineFace;
  /** In a process of its own that was there before, or in this one for as long as the command takes. */
  readonly runs: 'elsewhere' | 'here';
}

/** How long a command waits for an engine that runs and is too busy to answer. */
export interface Patience {
  /** Null: as long as it takes. */
  readonly withinMs: number | null;
  /** Called once, when it turns out to be busy. */
  readonly onBusy?: () => void;
}

/**
 * How commands come to an engine. Rejects with Failure; `homeInUse` if a short-lived command holds the lock,
 * `engineBusy` if an engine runs and does not answer for some time.
 */
export interface EngineAccess {
  /** A running engine, or null. */
  running(patience?: Patience): Promise<EngineFace | null>;
  /** A running engine, else one in this process, which is closed when the work is done. */
  use<T>(work: (use: EngineUse) => Promise<T>): Promise<T>;
  /** The server as this device is signed in there; `signedOut` if it is not. */
  useServer<T>(work: (server: AccountServer) => Promise<T>): Promise<T>;
  /** Runs an engine with its local API until the signal fires. */
  serve(onReady: (face: EngineFace) => void, signal: AbortSignal): Promise<void>;
  /** An address that lets a browser in to the running engine's screens, once; null if none runs. */
  browserLink(): Promise<string | null>;
}

/** What every command gets. */
export interface CliContext {
  readonly homePath: string;
  /** Files of this device by what they are, for `tidesync paths`. */
  readonly paths: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly hostName: string;
  readonly out: Output;
  readonly clock: Clock;
  readonly random: Random;
  readonly folders: FolderPlaces;
  readonly access: EngineAccess;
  readonly system: SystemHost;
  readonly diagnosis: DiagnosisSources;
  /** Fires at Ctrl-C or SIGTERM. Once asked for, those no longer end the process by themselves. */
  interrupted(): AbortSignal;
  /** Fires when standard input ends. Once asked for, what is read there is thrown away. */
  inputEnded(): AbortSignal;
  /** False where there is no desktop that could show it. */
  openInBrowser(url: string): Promise<boolean>;
  /** From the pipe (less one newline), or asked on the terminal. */
  readSecret(question: string, piped: boolean): Promise<string>;
}

/** Runs a command's work: gives it the context, shows its errors, and sets the exit code. */
export interface CommandHost {
  run(command: Command, work: (context: CliContext) => Promise<ExitCode | undefined>): Promise<void>;
}
