import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EngineStatus, RootStatus, WhyAnswer } from '@tidesync/shared/wire/engine';
import type { Finished, Running } from '../cli-process.ts';
import { CLI, startProgram, tidesyncJson } from '../cli-process.ts';
import { PASSWORD } from './server-process.ts';

const WAIT_S = '60';

/** One device of a person: a home of its own, a real engine in it, driven by the `tidesync` command. */
export class Device {
  readonly name: string;
  readonly home: string;
  readonly #env: Readonly<Record<string, string>>;
  #engine: Running | null = null;
  #said = '';

  /** @param env added to that of the tests, for all its programs. */
  constructor(name: string, home: string, env: Readonly<Record<string, string>> = {}) {
    this.name = name;
    this.home = home;
    this.#env = env;
  }

  /** All its engines have said so far. */
  get said(): string {
    return this.#said;
  }
  get pid(): number {
    return this.#engine?.child.pid ?? 0;
  }

  run(...args: string[]): Promise<Finished> {
    return startProgram(CLI, args, { home: this.home, env: this.#env }).finished;
  }
  /** The answer of a command that has to work. */
  ask<T>(...args: string[]): Promise<T> {
    return tidesyncJson<T>(this.home, args);
  }

  async login(url: string, email: string): Promise<void> {
    const args = ['login', url, '--email', email, '--password-stdin', '--device', this.name];
    await tidesyncJson(this.home, args, `${PASSWORD}\n`);
  }

  /** `openFilesMax`: how many files the system lets it have open; whatever it lets others, if left out. */
  async start(limits: { readonly openFilesMax?: number } = {}): Promise<void> {
    await mkdir(this.home, { recursive: true });
    const engine = startProgram(CLI, ['serve'], { home: this.home, env: this.#env, ...limits });
    this.#engine = engine;
    for (const stream of [engine.child.stdout, engine.child.stderr])
      stream?.on('data', (text: string) => {
        this.#said += text;
      });
    await engine.printed(/Tidesync runs/);
  }

  async stop(): Promise<void> {
    this.#engine?.child.kill('SIGTERM');
    await this.#engine?.finished;
    this.#engine = null;
  }

  /** Ends the engine as a power cut would. */
  async kill(): Promise<void> {
    this.#engine?.child.kill('SIGKILL');
    await this.#engine?.finished;
    this.#engine = null;
  }

  /** Binds a folder below its home, made if need be, and answers with its path. */
  async bind(folder: string, library: string): Promise<string> {
    const place = path.join(this.home, folder);
    await this.ask('folder', 'add', place, '--library', library);
    return place;
  }

  /** Waits until the running engine can do no more, and answers with the exit code. */
  async settle(): Promise<number | null> {
    return (await this.run('status', '--wait', 'idle', '--timeout', WAIT_S, '--json')).exitCode;
  }

  /** The status, whatever its exit code. */
  async status(): Promise<EngineStatus> {
    return JSON.parse((await this.run('status', '--json')).out) as EngineStatus;
  }

  async root(folder: string): Promise<RootStatus> {
    const root = (await this.status()).roots.find((one) => one.path === folder);
    if (root === undefined) throw new Error(`${this.name} does not sync ${folder}`);
    return root;
  }

  why(place: string): Promise<WhyAnswer> {
    return this.ask<WhyAnswer>('why', place);
  }
}
