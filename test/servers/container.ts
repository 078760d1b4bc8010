// A server program in a container, for machines with an engine of containers and no such program.

import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';
import { noteForReaper } from '../e2e/support/left-behind.ts';

const run = promisify(execFile);

/** What is spawned, and the container it starts, if it does. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly containerName: string | null;
}

export interface Container {
  readonly image: string;
  readonly name: string;
  /** The same inside and outside; outside on loopback only. */
  readonly port: number;
  /** Seen under the same paths inside. */
  readonly folders: readonly string[];
}

/** In the foreground, so that its end and its words are those of the command; as this user, so that its files are ours. */
export function containerLaunch(
  { image, name, port, folders }: Container,
  { args, env }: { args: readonly string[]; env: Readonly<Record<string, string>> },
): Launch {
  const { PATH = '', ...inside } = env;
  const user =
    process.getuid === undefined ? [] : ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`];
  const options = [
    ...['--rm', '--name', name, '--publish', `127.0.0.1:${port}:${port}`, ...user],
    ...folders.flatMap((folder) => ['--volume', `${folder}:${folder}`]),
    ...Object.entries(inside).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
  ];
  const engine = process.env.DOCKER_HOST === undefined ? {} : { DOCKER_HOST: process.env.DOCKER_HOST };
  return {
    command: 'docker',
    args: ['run', ...options, image, ...args],
    env: { PATH, HOME: process.env.HOME ?? '', ...engine },
    containerName: name,
  };
}

/** Kills it; its command then ends, too. One that is gone already is fine. */
export async function endContainer(name: string): Promise<void> {
  await run('docker', ['kill', name]).catch(() => {});
}

/** Has the reaper remove it, should this process end first. */
export function noteContainer(mark: '+' | '-', name: string | null): void {
  if (name !== null) noteForReaper(mark, `container ${name}`);
}
