import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startProgram } from '../e2e/cli-process.ts';
import { Device } from '../e2e/support/device.ts';
import { SERVER, ServerProcess } from '../e2e/support/server-process.ts';
import { OWNER } from '../e2e/support/world.ts';

const LIBRARY = 'Chaos';
const STATE = 'world.json';
const RESCUE_CODES_OK = [0];

export type Victim = 'ada' | 'bob' | 'server';
export const VICTIMS: readonly Victim[] = ['ada', 'bob', 'server'];

/** A server and two engines of one person, all as real processes, whose folders stay when this process ends. */
export class ChaosWorld {
  readonly top: string;
  readonly server: ServerProcess;
  readonly ada: Device;
  readonly bob: Device;

  private constructor(top: string, port: number) {
    this.top = top;
    this.server = new ServerProcess(path.join(top, 'server'), {}, port);
    this.ada = new Device('ada', path.join(top, 'ada'));
    this.bob = new Device('bob', path.join(top, 'bob'));
  }

  /** A new one in that folder, or the one that is there, on the port it had. All of it runs. */
  static async open(top: string): Promise<ChaosWorld> {
    const state = await readFile(path.join(top, STATE), 'utf8').catch(() => null);
    const { port } = (state === null ? { port: 0 } : JSON.parse(state)) as { port: number };
    const world = new ChaosWorld(top, port);
    await mkdir(world.server.home, { recursive: true });
    await world.server.start();
    if (state === null) await world.#furnish();
    else for (const device of world.devices) await device.start();
    return world;
  }

  async #furnish(): Promise<void> {
    await this.server.makeAccount(OWNER);
    for (const device of this.devices) {
      await mkdir(device.home, { recursive: true });
      await device.login(this.server.url, OWNER);
      await device.start();
      await device.bind(LIBRARY, LIBRARY);
    }
    const port = Number(new URL(this.server.url).port);
    await writeFile(path.join(this.top, STATE), JSON.stringify({ port }));
  }

  get devices(): readonly [Device, Device] {
    return [this.ada, this.bob];
  }
  get folders(): readonly [string, string] {
    return [path.join(this.ada.home, LIBRARY), path.join(this.bob.home, LIBRARY)];
  }

  victim(who: Victim): Device | ServerProcess {
    return this[who];
  }

  /** All that the server has ever had, as files below that folder. */
  async exportAll(dir: string): Promise<void> {
    await this.#ask('fsck', '--export', dir, '--trash', '--versions');
  }

  /** Errors: what the server or a device finds wrong with what it has. */
  async verify(): Promise<void> {
    await this.#ask('verify', '--deep');
    for (const device of this.devices) {
      const { out, err, exitCode } = await device.run('verify', '--deep', '--json');
      const { folders } = JSON.parse(out) as { folders: { found: number }[] };
      if (exitCode !== 0 || folders.some(({ found }) => found > 0))
        throw new Error(`${device.name} finds what is wrong: ${out}${err}`);
    }
  }

  async #ask(command: string, ...args: string[]): Promise<void> {
    const { home, dataDir } = this.server;
    const { exitCode, out, err } = await startProgram(SERVER, [command, '--data', dataDir, ...args], { home })
      .finished;
    if (!RESCUE_CODES_OK.includes(exitCode ?? -1))
      throw new Error(`${command} ended with ${exitCode}: ${out}${err}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.devices, this.server].map((one) => one.kill()));
  }

  said(): string {
    const shown = (name: string, text: string) => `── ${name}\n${text.slice(-12_000)}`;
    return [this.server, ...this.devices]
      .map((one) => shown('name' in one ? one.name : 'server', one.said))
      .join('\n');
  }
}
