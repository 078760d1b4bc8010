import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import type { ServerApi } from '@tidesync/engine/adapters/trpc-server';
import { createServerApi, syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { ObjectTransfer, SyncServer } from '@tidesync/engine/ports/server';
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
  const api = createServerApi({ url, token, clock: nodeClock, random: nodeRandom });
  const objects = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
  const times: CallTimes = {};
  return {
    api,
    times,
    server: timed(syncServerOf(api), times),
    objects: timed<ObjectTransfer>(objects, times),
    close: () => objects.close(),
  };
}

/** The same object; its methods that answer a promise are timed. */
function timed<T extends object>(inner: T, times: CallTimes): T {
  return new Proxy(inner, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        const beganMs = machineMs();
        const answer = Reflect.apply(method, target, args) as unknown;
        if (!(answer instanceof Promise)) return answer;
        return answer.then((value: unknown) => {
          times[String(name)] ??= [];
          times[String(name)]?.push(machineMs() - beganMs);
          return value;
        });
      };
    },
  });
}
