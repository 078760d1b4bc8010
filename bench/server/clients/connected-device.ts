import { setTimeout as pause } from 'node:timers/promises';
import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import type { ServerApi } from '@tidesync/engine/adapters/trpc-server';
import { createServerApi, syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { ObjectTransfer, SyncServer } from '@tidesync/engine/ports/server';
import { isFailure } from '@tidesync/shared/problems';
import { machineMs } from '../monotonic.ts';

/** How a device reaches its server. */
export interface DeviceAccess {
  readonly url: string;
  readonly token: string;
}

/** Milliseconds of every call that was answered, by its name. */
export type CallTimes = Record<string, number[]>;

export interface ConnectedDevice {
  readonly api: ServerApi;
  readonly server: SyncServer;
  readonly objects: ObjectTransfer;
  readonly times: CallTimes;
  close(): void;
}

/** The engine's own adapters, with a clock around every call. */
export function connectDevice({ url, token }: DeviceAccess): ConnectedDevice {
  const api = createServerApi({ url, token: () => token, clock: nodeClock, random: nodeRandom });
  const objects = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
  const times: CallTimes = {};
  return {
    api: timed(api, times),
    times,
    server: timed(syncServerOf(api), times),
    objects: timed<ObjectTransfer>(objects, times),
    close: () => objects.close(),
  };
}

/** The same object; its methods that answer a promise are timed, with all the times that it took. */
function timed<T extends object>(inner: T, times: CallTimes): T {
  const note = (name: string, beganMs: number) => {
    times[name] ??= [];
    times[name]?.push(machineMs() - beganMs);
  };
  return new Proxy(inner, {
    get(target, property) {
      const method = Reflect.get(target, property) as unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        const beganMs = machineMs();
        const first = Reflect.apply(method, target, args) as unknown;
        if (!(first instanceof Promise)) return first;
        const again = () => Reflect.apply(method, target, args) as Promise<unknown>;
        return patiently(first, again, (waitMs) => note(ASKED_AGAIN, machineMs() - waitMs)).then((value) => {
          note(String(property), beganMs);
          return value;
        });
      };
    },
  });
}

/** Name of the waits in `CallTimes`. */
export const ASKED_AGAIN = 'asked again';
const TRIES_MAX = 50;
const WAIT_MS_MIN = 100;
const WAIT_MS_MAX = 2_000;

/** Asks again where the server has too much to do, as the engine does: every call here may be repeated. */
async function patiently<T>(
  first: Promise<T>,
  again: () => Promise<T>,
  onWait: (waitMs: number) => void,
): Promise<T> {
  let answer = first;
  for (let tries = 1; ; tries++) {
    try {
      return await answer;
    } catch (error) {
      if (
        !isFailure(error, 'busy', 'databaseUnavailable', 'outcomeUnknown', 'unreachable') ||
        tries === TRIES_MAX
      )
        throw error;
      const waitMs = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** tries) * (0.5 + Math.random() / 2);
      await pause(waitMs);
      onWait(waitMs);
      answer = again();
    }
  }
}
