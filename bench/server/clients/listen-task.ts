import type { LibraryId } from '@tidesync/shared/ids';
import { machineMs } from '../monotonic.ts';
import type { DeviceAccess } from './connected-device.ts';
import { connectDevice } from './connected-device.ts';
import type { Task } from './task.ts';

export interface ListenInput {
  readonly device: DeviceAccess;
  readonly libraryId: LibraryId;
  /** The task ends when this head was rung for. */
  readonly untilHeadSeq: number;
}

export interface ListenOutput {
  /** From opening the stream to its first bell, which every stream begins with. */
  readonly connectMs: number;
  /** The first bell of each head. */
  readonly bells: readonly { readonly headSeq: number; readonly atMs: number }[];
  /** How often the stream broke off; the engine's adapter connects again by itself, and is rung then. */
  readonly lost: number;
}

/** Streams that one client process opens at the same time, so that connecting is no storm. */
const CONNECTING_MAX = 50;
let connecting = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (connecting >= CONNECTING_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  else connecting++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) connecting--;
    else next();
  }
}

/** A device that listens for doorbells, and tells of each head it hears of. */
export const listenTask: Task<ListenInput, ListenOutput> = (input, { tell }) =>
  inTurn(async () => {
    const { api } = connectDevice(input.device);
    const first = Promise.withResolvers<void>();
    const last = Promise.withResolvers<void>();
    last.promise.catch(() => undefined);
    const bells: { headSeq: number; atMs: number }[] = [];
    let lost = 0;
    const beganMs = machineMs();
    const stream = api.watch(
      ({ libraryId, headSeq }) => {
        if (libraryId !== input.libraryId || bells.some((bell) => bell.headSeq === headSeq)) return;
        bells.push({ headSeq, atMs: machineMs() });
        if (bells.length === 1) first.resolve();
        else tell({ headSeq });
        if (headSeq >= input.untilHeadSeq) last.resolve();
      },
      (state) => {
        if (state === 'lost') lost++;
      },
      (failure) => {
        first.reject(failure);
        last.reject(failure);
      },
    );
    await first.promise;
    const connectMs = machineMs() - beganMs;
    return async () => {
      await last.promise;
      stream.close();
      return { connectMs, bells: bells.slice(1), lost };
    };
  });
