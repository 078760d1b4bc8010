import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assert } from '@tidesync/shared/brand';
import { noteForReaper } from '../../../test/e2e/support/left-behind.ts';
import type { FromClients, ToClients } from './messages.ts';
import type { TaskNews } from './task.ts';
import type { InputOf, OutputOf, TaskName } from './tasks.ts';

const program = fileURLToPath(new URL('client-process.ts', import.meta.url));

/** A scenario that takes longer than this has hung. */
const PATIENCE_MS = 10 * 60_000;

export interface Prepared<N extends TaskName> {
  /** Gives the start signal; resolves with what came of each input, in their order. */
  go(): Promise<OutputOf<N>[]>;
}

/** The processes that play the users, apart from the bench so that its own work is not in their way. */
export interface ClientPool {
  readonly pids: readonly number[];
  /** Deals the inputs out to the processes; resolves when all users are ready. */
  prepare<N extends TaskName>(
    task: N,
    inputs: readonly InputOf<N>[],
    onNews?: (news: TaskNews) => void,
  ): Promise<Prepared<N>>;
  close(): Promise<void>;
}

export async function startClients(count: number): Promise<ClientPool> {
  const clients = Array.from({ length: count }, startOne);
  return {
    pids: clients.map(({ pid }) => pid ?? 0),
    async prepare(task, inputs, onNews = () => undefined) {
      const hands = clients.map((client, at) => ({
        client,
        inputs: inputs.filter((_, index) => index % count === at),
      }));
      await Promise.all(
        hands.map(({ client, inputs: some }) =>
          ask(client, { is: 'prepare', task, inputs: some }, { until: 'ready', onNews }),
        ),
      );
      return {
        async go() {
          const answers = await Promise.all(
            hands.map(({ client }) => ask(client, { is: 'go' }, { until: 'done', onNews })),
          );
          return inputs.map((_, index) => {
            const answer = answers[index % count];
            assert(answer?.is === 'done', 'a client process answers the start signal with what came of it');
            return answer.outputs[Math.floor(index / count)] as never;
          });
        },
      };
    },
    async close() {
      await Promise.all(clients.map(endOne));
    },
  };
}

function startOne(): ChildProcess {
  const client = fork(program, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  noteForReaper('+', client.pid);
  client.once('exit', () => noteForReaper('-', client.pid));
  client.setMaxListeners(0);
  return client;
}

async function endOne(client: ChildProcess): Promise<void> {
  if (client.exitCode !== null || client.signalCode !== null) return;
  const gone = once(client, 'exit');
  client.kill('SIGKILL');
  await gone;
}

interface Waiting {
  readonly until: 'ready' | 'done';
  readonly onNews: (news: TaskNews) => void;
}

/** Sends a message and waits for its answer. Rejects when the client fails, ends, or is silent for too long. */
function ask(client: ChildProcess, message: ToClients, { until, onNews }: Waiting): Promise<FromClients> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => end(() => reject(new Error(`no client was ${until} in time`))),
      PATIENCE_MS,
    );
    const onMessage = (heard: FromClients) => {
      if (heard.is === 'news') onNews(heard.news);
      else if (heard.is === 'failed') end(() => reject(new Error(`a client failed: ${heard.why}`)));
      else if (heard.is === until) end(() => resolve(heard));
    };
    const onExit = (code: number | null) =>
      end(() => reject(new Error(`a client process ended with ${code}`)));
    const end = (settle: () => void) => {
      clearTimeout(timer);
      client.off('message', onMessage);
      client.off('exit', onExit);
      settle();
    };
    client.on('message', onMessage);
    client.on('exit', onExit);
    client.send(message);
  });
}
