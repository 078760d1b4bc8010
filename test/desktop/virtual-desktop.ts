// A desktop that nobody sees: a display and a session bus, for apps that tests start.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { noteForReaper } from '../e2e/support/left-behind.ts';

export interface VirtualDesktop {
  /** What an app needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const SCREEN = '1280x900x24';

/** Errors: if a program is missing. */
export async function startVirtualDesktop(): Promise<VirtualDesktop> {
  const started: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(started.map(ended));
  };
  try {
    const display = await firstLineOf(started, 'Xvfb', [
      '-displayfd',
      '1',
      '-screen',
      '0',
      SCREEN,
      '-nolisten',
      'tcp',
      '-noreset', // else it starts over when its last client leaves, also while the next one comes
    ]);
    const bus = await firstLineOf(started, 'dbus-daemon', ['--session', '--nofork', '--print-address=1']);
    return { env: { DISPLAY: `:${display}`, DBUS_SESSION_BUS_ADDRESS: bus }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A program that says on its first line where it is found, and runs until it is stopped. */
function firstLineOf(started: ChildProcess[], program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  noteForReaper('+', child.pid);
  started.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${program} ended with ${code}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('\n')) resolve(said.split('\n', 1)[0] ?? '');
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => {
    child.once('close', () => {
      noteForReaper('-', child.pid);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
