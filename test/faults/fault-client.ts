// A device without disk and engine that does with calls what the engine does: waits, and asks the same again.

import { setTimeout as pause } from 'node:timers/promises';
import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import { createServerApi, syncServerOf } from '@tidesync/engine/adapters/trpc-server';
import type { ObjectTransfer, SyncServer } from '@tidesync/engine/ports/server';
import { freeWay } from '@tidesync/engine/ports/server';
import type { Failure } from '@tidesync/shared/problems';
import { classOf, fail, isFailure } from '@tidesync/shared/problems';
import { PASSWORD } from '../e2e/support/server-process.ts';

const PAUSE_MS: readonly [number, number] = [40, 400];

export interface ClientOptions {
  readonly urls: readonly string[];
  readonly email: string;
  /** Ends every waiting. */
  readonly stop: AbortSignal;
  readonly random: () => number;
}

export class FaultClient {
  readonly email: string;
  /** Calls that were made again, by the reason. */
  readonly retries = new Map<string, number>();
  readonly #servers: readonly SyncServer[];
  readonly #objects: ObjectTransfer & { close(): void };
  readonly #stop: AbortSignal;
  readonly #random: () => number;
  #current = 0;

  private constructor(options: ClientOptions, token: string) {
    this.email = options.email;
    this.#stop = options.stop;
    this.#random = options.random;
    const access = { token: () => token, clock: nodeClock, random: nodeRandom };
    this.#servers = options.urls.map((url) => syncServerOf(createServerApi({ url, ...access })));
    this.#objects = createHttpObjectTransfer({ serverUrl: options.urls[0] as string, clock: nodeClock });
  }

  static async signIn(options: ClientOptions): Promise<FaultClient> {
    const url = options.urls[0] as string;
    const anyone = createServerApi({ url, token: null, clock: nodeClock, random: nodeRandom });
    const { token } = await anyone.call('auth.login', {
      email: options.email,
      password: PASSWORD,
      deviceName: 'faults',
    });
    return new FaultClient(options, token);
  }

  get objects(): ObjectTransfer {
    return this.#objects;
  }
  get signal(): AbortSignal {
    return this.#stop;
  }

  /** One call, made again until it is answered; by the other server where this one cannot be reached. */
  async ask<T>(call: (server: SyncServer, objects: ObjectTransfer) => Promise<T>): Promise<T> {
    for (;;) {
      this.#stop.throwIfAborted();
      const server = this.#servers[this.#current % this.#servers.length] as SyncServer;
      try {
        return await call(server, this.#objects);
      } catch (error) {
        if (!isPassing(error)) throw error;
        const { reason } = error.problem;
        this.retries.set(reason, (this.retries.get(reason) ?? 0) + 1);
        if (reason === 'unreachable') this.#current++;
        await pause(this.#waitMs(error));
      }
    }
  }

  /** Sent once, and never asked about again: a device that was switched off. */
  async sendOnce(call: (server: SyncServer) => Promise<unknown>): Promise<void> {
    await call(this.#servers[this.#current % this.#servers.length] as SyncServer).catch((error: unknown) => {
      if (!isPassing(error)) throw error;
    });
  }

  close(): void {
    this.#objects.close();
  }

  /** No longer than two seconds, so that the run has many commits beside the faults. */
  #waitMs({ retryAfterMs }: Failure): number {
    const [least, most] = PAUSE_MS;
    return Math.max(Math.min(retryAfterMs, 2_000) * this.#random(), least + this.#random() * (most - least));
  }
}

/** What the engine takes as a reason to wait. */
function isPassing(error: unknown): error is Failure {
  return isFailure(error) && (classOf(error.problem) === 'UNAVAILABLE' || isFailure(error, 'busy'));
}

/** Puts a pack, and has it signed again where the store does not take it. */
export async function putPack(
  client: FaultClient,
  upload: { readonly uploadId: Parameters<SyncServer['signPacks']>[0]; readonly sha256: string },
  bytes: Uint8Array,
) {
  return client.ask(async (server, objects) => {
    const wanted = [{ sha256: upload.sha256, sizeBytes: bytes.length }];
    const [signed] = await server.signPacks(upload.uploadId, wanted);
    if (signed === undefined) fail({ reason: 'storeUnavailable', detail: 'no address was given' });
    const outcome = await objects.put(signed, [bytes], freeWay(client.signal));
    if (outcome === 'expired') fail({ reason: 'storeUnavailable', detail: 'the address expired' });
    return signed.packId;
  });
}
