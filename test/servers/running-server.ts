// One server program of other people, as a process on a loopback port, with data and a home that are thrown away.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { noteForReaper } from '../e2e/support/left-behind.ts';
import type { Launch } from './container.ts';
import { containerLaunch, endContainer, noteContainer } from './container.ts';
import type { Found } from './find-program.ts';

const START_TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 50;
/** Several programs pick ports at once, and a port that was free may be taken a moment later. */
const PORT_TRIES = 5;
const LOG_SHOWN_CHARS = 4_000;

const HOST = '127.0.0.1';

/** Where a server listens and keeps its things; all folders are its own and exist. */
export interface Place {
  /** What it has to listen on: loopback, or everything inside a container. */
  readonly listenHost: string;
  readonly port: number;
  readonly dataDir: string;
  /** For everything else that it reads or writes: settings, keys, temporary files. */
  readonly topDir: string;
}

export interface ServerPlan {
  readonly title: string;
  readonly found: Found;
  /** Given a place, its arguments and the environment it needs beyond PATH, HOME and TMPDIR; writes what it reads. */
  arguments(place: Place): Promise<{ args: readonly string[]; env: Readonly<Record<string, string>> }>;
  /** One look whether it answers as it should; throws until it does. */
  answers(place: Place): Promise<void>;
  /** Folder for the data instead of one that is thrown away; the caller's, and left as it is. */
  readonly dataDir?: string | undefined;
}

/** What every started server can do. Data outlives `kill` and `start`, and goes with `stop`. */
export interface Lifecycle {
  /** Of the process now; 0 when it does not run. In a container it is the engine's command, not the server. */
  readonly pid: number;
  /** Ends it as a power cut would (SIGKILL), and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again, at the same port and on the same data, and waits until it answers. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** The end of what it has said, over all its starts. */
  log(): Promise<string>;
  /** Holds all that is its own; gone after `stop`. */
  readonly topDir: string;
}

export type Started<A> = A & Lifecycle;

type Life = { child: ChildProcess; ended: Promise<string>; containerName: string | null };

export class RunningServer implements Lifecycle {
  readonly #plan: ServerPlan;
  readonly #topDir = path.join(os.tmpdir(), `tidesync-real-${randomUUID()}`);
  #port = 0;
  #life: Life | null = null;

  private constructor(plan: ServerPlan) {
    this.#plan = plan;
  }

  /** Errors: when it does not answer within two minutes, or ends before, with the end of its log. */
  static async begin(plan: ServerPlan): Promise<RunningServer> {
    const server = new RunningServer(plan);
    noteForReaper('+', server.#topDir);
    const { dataDir, topDir } = server.place;
    try {
      for (const folder of [topDir, path.join(topDir, 'home'), path.join(topDir, 'tmp'), dataDir])
        await mkdir(folder, { recursive: true });
      await server.#startAnywhere();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get host(): string {
    return HOST;
  }
  get port(): number {
    return this.#port;
  }
  get pid(): number {
    return this.#life?.child.pid ?? 0;
  }
  get topDir(): string {
    return this.#topDir;
  }
  get place(): Place {
    return {
      listenHost: this.#plan.found.how === 'container' ? '0.0.0.0' : HOST,
      port: this.#port,
      dataDir: this.#plan.dataDir ?? path.join(this.#topDir, 'data'),
      topDir: this.#topDir,
    };
  }

  async start(): Promise<void> {
    if (this.#life !== null) throw new Error(`${this.#plan.title} runs already`);
    for (let tries = 1; ; tries++) {
      const failed = await this.#tryStart();
      if (failed === null) return;
      // Connections of the life before may hold the port for a moment.
      if (!isPortTaken(failed.log) || tries === PORT_TRIES) throw failed.error;
      await pause(200 * tries);
    }
  }

  async kill(): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    if (life.containerName === null) life.child.kill('SIGKILL');
    else await endContainer(life.containerName);
    await life.ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#topDir, { recursive: true, force: true, maxRetries: 5 });
    noteForReaper('-', this.#topDir);
  }

  async log(): Promise<string> {
    const text = await readFile(this.#logPath, 'utf8').catch(() => '');
    return text.slice(-LOG_SHOWN_CHARS);
  }

  get #logPath(): string {
    return path.join(this.#topDir, 'log');
  }

  async #startAnywhere(): Promise<void> {
    for (let tries = 1; ; tries++) {
      this.#port = await freePort();
      const failed = await this.#tryStart();
      if (failed === null) return;
      if (!isPortTaken(failed.log) || tries === PORT_TRIES) throw failed.error;
      await rm(this.#logPath, { force: true });
    }
  }

  async #tryStart(): Promise<{ error: Error; log: string } | null> {
    const { title } = this.#plan;
    const life = await this.#spawn();
    let ending: string | null = null;
    void life.ended.then((how) => {
      ending = how;
    });
    const deadlineMs = performance.now() + START_TIMEOUT_MS;
    let why: unknown = null;
    while (ending === null && performance.now() < deadlineMs) {
      try {
        await this.#plan.answers(this.place);
        if (ending === null) return null;
      } catch (error) {
        why = error;
      }
      await pause(LOOK_EVERY_MS);
    }
    const what = ending === null ? `does not answer after ${START_TIMEOUT_MS / 1000} s` : `ended (${ending})`;
    await this.kill();
    const log = await this.log();
    return { error: new Error(`${title} ${what}; the end of its log:\n${log}`, { cause: why }), log };
  }

  async #spawn(): Promise<Life> {
    const { command, args, env, containerName } = await this.#launch();
    const log = openSync(this.#logPath, 'a');
    const child = spawn(command, args, { cwd: this.#topDir, env, stdio: ['ignore', log, log] });
    closeSync(log);
    noteForReaper('+', child.pid);
    noteContainer('+', containerName);
    const ended = new Promise<string>((resolve) => {
      const end = (how: string) => {
        noteForReaper('-', child.pid);
        noteContainer('-', containerName);
        this.#life = null;
        resolve(how);
      };
      child.on('error', (error) => end(error.message));
      child.on('close', (exitCode, signal) => end(`${exitCode ?? signal}`));
    });
    const life = { child, ended, containerName };
    this.#life = life;
    return life;
  }

  async #launch(): Promise<Launch> {
    const { found } = this.#plan;
    const { topDir, dataDir } = this.place;
    const wanted = await this.#plan.arguments(this.place);
    // Nothing else of the environment: a setting of the machine, or `CI`, would change how servers behave.
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: path.join(topDir, 'home'),
      TMPDIR: path.join(topDir, 'tmp'),
      ...wanted.env,
    };
    if (found.how === 'program') return { command: found.path, args: wanted.args, env, containerName: null };
    const name = `tidesync-test-${randomUUID()}`;
    const folders = [...new Set([topDir, dataDir])];
    return containerLaunch(
      { image: found.image, name, port: this.#port, folders },
      { args: wanted.args, env },
    );
  }
}

/** RACE: another process may take it before a server does; then that ends, says why, and may try another. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function isPortTaken(log: string): boolean {
  return /address already in use|port is already allocated|port is already in use/i.test(log);
}
