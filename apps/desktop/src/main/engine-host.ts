// Keeps an engine at hand: attaches to one that runs, else starts one, and starts it again when it ends unasked.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import type { EngineHealth } from '../shell/bridge.ts';
import { afterExit } from '../shell/engine-restarts.ts';
import type { EngineAddress } from './engine-link.ts';
import { announcedEngine, mutate, provesItself, watchStatus } from './engine-link.ts';

const LOOK_EVERY_MS = 100;
/** A big journal takes a while to open. */
const START_MS_MAX = 60_000;
/** From being asked to end, to being made to. */
const STOP_MS_MAX = 10_000;
const KILL_MS_MAX = 3_000;
const LINES_KEPT = 40;

/** How an engine of our own is started. */
export interface EngineProgram {
  readonly node: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface EngineListener {
  onHealth(health: EngineHealth): void;
  /** Null: it does not answer (any more). */
  onStatus(status: EngineStatus | null): void;
}

interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<string>;
  readonly lastLines: string[];
  hasEnded: boolean;
}

export class EngineHost {
  readonly #homePath: string;
  readonly #program: EngineProgram;
  readonly #listener: EngineListener;
  #health: EngineHealth = { is: 'starting' };
  #address: EngineAddress | null = null;
  #child: Child | null = null;
  #exits: readonly number[] = [];
  #closing = false;
  #wake: () => void = () => {};
  #leave: () => void = () => {};
  #turning: Promise<void> | null = null;

  constructor(homePath: string, program: EngineProgram, listener: EngineListener) {
    this.#homePath = homePath;
    this.#program = program;
    this.#listener = listener;
  }

  get health(): EngineHealth {
    return this.#health;
  }
  /** Null: it does not answer. */
  get address(): EngineAddress | null {
    return this.#address;
  }

  /** Begins, or tries again at once; what was counted against the engine is forgotten. */
  start(): void {
    this.#exits = [];
    this.#wake();
    if (this.#turning !== null || this.#closing) return;
    this.#turning = this.#turn().finally(() => {
      this.#turning = null;
    });
  }

  /** Ends the engine if this app has started it. Nothing of it is left when this resolves. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    this.#leave();
    const child = this.#child;
    if (child !== null) await this.#end(child);
    await this.#turning;
  }

  async #turn(): Promise<void> {
    while (!this.#closing) {
      const why = await this.#attachOrStart();
      this.#address = null;
      this.#listener.onStatus(null);
      if (this.#closing) return;
      const answer = afterExit(this.#exits, Date.now());
      this.#exits = answer.exits;
      const exits = answer.exits.length;
      if (answer.next === 'giveUp') {
        this.#become({ is: 'down', exits, why, lastLines: this.#child?.lastLines ?? [] });
        return;
      }
      this.#become({ is: 'restarting', exits, why });
      await this.#pause(answer.delayMs);
    }
  }

  /** Resolves when the engine is gone, with the reason. */
  async #attachOrStart(): Promise<string> {
    const running = await this.#proven();
    if (running !== null) return this.#follow(running, null);
    const child = this.#spawn();
    const address = await this.#announcedBy(child);
    if (address !== null) return this.#follow(address, child);
    if (!child.hasEnded) await this.#end(child);
    return child.ended;
  }

  async #follow(address: EngineAddress, child: Child | null): Promise<string> {
    this.#address = address;
    this.#become({ is: 'running', own: child !== null && child.process.pid === address.pid });
    await new Promise<void>((resolve) => {
      const stop = watchStatus(address, {
        onStatus: (status) => this.#listener.onStatus(status),
        onEnd: resolve,
      });
      this.#leave = () => {
        stop();
        resolve();
      };
      void child?.ended.then(this.#leave);
    });
    if (child === null) return 'It was ended by whoever had started it.';
    // Its API is gone before it is; and one that only hangs must not be in the way of the next.
    await this.#end(child);
    return child.ended;
  }

  async #proven(): Promise<EngineAddress | null> {
    const address = await announcedEngine(this.#homePath);
    return address !== null && (await provesItself(address)) ? address : null;
  }

  /** Null: it ended first, or did not come up. Someone else's engine may have been faster; then ours ends by itself. */
  async #announcedBy(child: Child): Promise<EngineAddress | null> {
    const deadlineMs = Date.now() + START_MS_MAX;
    while (Date.now() < deadlineMs && !this.#closing && !child.hasEnded) {
      const address = await this.#proven();
      if (address !== null) return address;
      await this.#pause(LOOK_EVERY_MS);
    }
    return null;
  }

  #spawn(): Child {
    const { node, args, env } = this.#program;
    // Its standard input is its lifeline: it ends when this app does, however that ends.
    const started = spawn(node, args, { env, stdio: ['pipe', 'ignore', 'pipe'] });
    const lastLines: string[] = [];
    started.stdin?.on('error', () => {});
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastLines.push(...text.split('\n').filter((line) => line !== ''));
      lastLines.splice(0, lastLines.length - LINES_KEPT);
    });
    const ended = new Promise<string>((resolve) => {
      started.once('error', (error) => resolve(`It could not be started: ${error.message}.`));
      started.once('close', (code, signal) =>
        resolve(signal === null ? `It ended with code ${code}.` : `It was ended by ${signal}.`),
      );
    });
    const child: Child = { process: started, ended, lastLines, hasEnded: false };
    void ended.then(() => {
      child.hasEnded = true;
    });
    this.#child = child;
    return child;
  }

  /** Asks, then insists. */
  async #end(child: Child): Promise<void> {
    if (child.hasEnded) return;
    const address = this.#address;
    if (address?.pid === child.process.pid && address !== null) {
      await mutate(address, 'shutdown').catch(() => {});
    }
    child.process.stdin?.end();
    if (await endsWithin(child, STOP_MS_MAX)) return;
    child.process.kill('SIGTERM');
    if (await endsWithin(child, KILL_MS_MAX)) return;
    child.process.kill('SIGKILL');
    await child.ended;
  }

  #become(health: EngineHealth): void {
    this.#health = health;
    this.#listener.onHealth(health);
  }

  /** Ends early when someone is in a hurry. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function endsWithin(child: Child, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs);
    void child.ended.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
