// A process that plays many users. What they do comes from the bench, and it ends with the bench's end of the pipe.

import { assert } from '@tidesync/shared/brand';
import type { FromClients, ToClients } from './messages.ts';
import type { Task } from './task.ts';
import { tasks } from './tasks.ts';

const say = (message: FromClients) => {
  process.send?.(message);
};

let started: (() => Promise<unknown>)[] = [];

async function prepare({ task, inputs }: Extract<ToClients, { is: 'prepare' }>): Promise<void> {
  const one = tasks[task] as Task<never, unknown>;
  const surroundings = { tell: (news: { headSeq: number }) => say({ is: 'news', news }) };
  started = await Promise.all(inputs.map((input) => one(input as never, surroundings)));
  say({ is: 'ready' });
}

async function go(): Promise<void> {
  const outputs = await Promise.all(started.map((run) => run()));
  started = [];
  say({ is: 'done', outputs });
}

assert(process.send !== undefined, 'this program is started by the bench');
process.on('disconnect', () => process.exit());
process.on('message', (message: ToClients) => {
  const work = message.is === 'prepare' ? prepare(message) : go();
  work.catch((error: unknown) => {
    say({ is: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
