import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Device } from './device.ts';
import type { Installation } from './installation.ts';
import { noteForReaper } from './left-behind.ts';
import type { Tree } from './tree.ts';
import { differences, readTree } from './tree.ts';
import { PATIENCE_MS, until } from './waiting.ts';

export const OWNER = 'ada@example.org';

const LOG_SHOWN_CHARS = 12_000;

/** The servers and the devices of a test file, all as real processes below one temporary folder. */
export class World<I extends Installation = Installation> {
  readonly top = path.join(os.tmpdir(), `tidesync-e2e-${randomUUID()}`);
  readonly #prepare: (top: string) => Promise<I>;
  #server: I | null = null;
  readonly devices: Device[] = [];
  #libraries = 0;

  /** `prepare`: makes the servers ready to start, with their things below that folder. */
  constructor(prepare: (top: string) => Promise<I>) {
    this.#prepare = prepare;
  }

  /** Once it is open. */
  get server(): I {
    if (this.#server === null) throw new Error('the world is not open');
    return this.#server;
  }

  async open(): Promise<void> {
    noteForReaper('+', this.top);
    this.#server = await this.#prepare(this.top);
    await this.server.start();
    await this.server.makeAccount(OWNER);
  }

  /** A device that is signed in, and whose engine runs. */
  async device(name: string, email = OWNER): Promise<Device> {
    const device = await this.stoppedDevice(name, email);
    await device.start();
    return device;
  }

  /** A device that is signed in, and whose engine does not run. */
  async stoppedDevice(name: string, email = OWNER): Promise<Device> {
    const device = new Device(name, path.join(this.top, name));
    await mkdir(device.home, { recursive: true });
    this.devices.push(device);
    await device.login(this.server.urlFor(this.devices.length - 1), email);
    return device;
  }

  /** A name that no library has yet. */
  newLibrary(): string {
    return `Library ${++this.#libraries}`;
  }

  /** A new library, and a folder on each device that is bound to it. */
  async share<const D extends readonly Device[]>(...devices: D): Promise<{ [K in keyof D]: string }> {
    const library = this.newLibrary();
    const folders: string[] = [];
    for (const device of devices) folders.push(await device.bind(library, library));
    return folders as { [K in keyof D]: string };
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.kill()));
    await this.#server?.kill();
    await this.#server?.remove();
    await rm(this.top, { recursive: true, force: true });
    noteForReaper('-', this.top);
  }

  said(): string {
    const shown = (name: string, text: string) => `── ${name}\n${text.slice(-LOG_SHOWN_CHARS)}`;
    return [
      shown('server', this.#server?.said ?? ''),
      ...this.devices.map((one) => shown(one.name, one.said)),
    ].join('\n');
  }
}

/** Waits until all folders are the same to the byte, and answers with what is in them. */
export async function sameTrees(folders: readonly string[], patienceMs = PATIENCE_MS): Promise<Tree> {
  const [first, ...others] = folders as [string, ...string[]];
  return until(
    'the folders are the same',
    async () => {
      const tree = await readTree(first);
      for (const other of others) {
        const lines = differences(tree, await readTree(other));
        if (lines.length > 0)
          throw new Error(`${first} and ${other} differ:\n${lines.slice(0, 30).join('\n')}`);
      }
      return tree;
    },
    patienceMs,
  );
}

/** Lets each device come to rest, and the first ones again with what the later ones had to say. */
export async function settleAll(...devices: readonly Device[]): Promise<void> {
  for (const device of [...devices, ...devices.slice(0, -1)]) await device.settle();
}
