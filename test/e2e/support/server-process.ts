import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Finished, Running } from '../cli-process.ts';
import { repoDir, startProgram } from '../cli-process.ts';
import type { Installation, Stored } from './installation.ts';

export const SERVER = path.join(repoDir, 'apps/server/src/main.ts');

export const PASSWORD = 'correct horse battery';

/** A real `tidesync-server start` over one data folder, which can be killed and started again at its address. */
export class ServerProcess implements Installation {
  readonly home: string;
  readonly dataDir: string;
  readonly #env: Readonly<Record<string, string>>;
  #running: Running | null = null;
  #said = '';
  #port: number;

  /** `env`: its settings; without any it keeps everything in its data folder. `port`: 0 for any that is free. */
  constructor(home: string, env: Readonly<Record<string, string>> = {}, port = 0) {
    this.home = home;
    this.#env = env;
    this.#port = port;
    this.dataDir = path.join(home, 'data');
  }

  /** In a folder of its own below that one. */
  static async prepare(top: string): Promise<ServerProcess> {
    const home = path.join(top, 'server');
    await mkdir(home, { recursive: true });
    return new ServerProcess(home);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }
  urlFor(): string {
    return this.url;
  }
  /** All it has said so far, over all its starts. */
  get said(): string {
    return this.#said;
  }
  get pid(): number {
    return this.#running?.child.pid ?? 0;
  }

  /** The first start takes any free port, later ones take the same. */
  async start(): Promise<void> {
    const args = ['start', '--data', this.dataDir, '--port', String(this.#port)];
    const running = startProgram(SERVER, args, { home: this.home, env: this.#env });
    this.#running = running;
    for (const stream of [running.child.stdout, running.child.stderr])
      stream?.on('data', (text: string) => {
        this.#said += text;
      });
    const [, port] = await running.printed(/Tidesync server: http:\/\/127\.0\.0\.1:(\d+)/);
    this.#port = Number(port);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#running?.child.kill('SIGKILL');
    await this.#running?.finished;
    this.#running = null;
  }

  async stop(): Promise<void> {
    this.#running?.child.kill('SIGTERM');
    await this.#running?.finished;
    this.#running = null;
  }

  /** All that it has is in its folder. */
  async remove(): Promise<void> {}

  /** `tidesync-server admin …` on the data of this server, beside it. */
  admin(args: readonly string[], stdin = ''): Promise<Finished> {
    const all = ['admin', '--data', this.dataDir, ...args];
    return startProgram(SERVER, all, { home: this.home, stdin, env: this.#env }).finished;
  }

  async makeAccount(email: string, ...options: string[]): Promise<void> {
    const args = ['user', 'create', email, '--password-stdin', ...options];
    const { exitCode, err } = await this.admin(args, `${PASSWORD}\n`);
    if (exitCode !== 0) throw new Error(`no account was made: ${err}`);
  }

  /** How many objects were sent to it so far, whether it took them or not. */
  puts(): number {
    return this.#said.split('"method":"PUT"').length - 1;
  }

  async stored(): Promise<Stored> {
    const folder = path.join(this.dataDir, 'objects');
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = found.filter((one) => one.isFile() && !one.parentPath.includes('.incoming'));
    const sizes = await Promise.all(
      files.map((one) => stat(path.join(one.parentPath, one.name)).then(({ size }) => size)),
    );
    return { objects: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }
}
