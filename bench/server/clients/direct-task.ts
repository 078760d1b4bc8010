import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { createHttpObjectTransfer } from '@tidesync/engine/adapters/http-object-transfer';
import { nodeClock } from '@tidesync/engine/adapters/node-environment';
import { freeWay } from '@tidesync/engine/ports/server';
import type { PackId } from '@tidesync/shared/ids';
import type { MadeContent } from '../made-content.ts';
import { madeContent } from '../made-content.ts';
import { machineMs } from '../monotonic.ts';
import type { Task } from './task.ts';

/** Where the bytes go without Tidesync in between. */
export type DirectPlace =
  /** Signed for one object, by the store's own client library. */
  | { readonly is: 'store'; readonly putUrl: string; readonly getUrl: string }
  /** A file in that folder, flushed to the disk. */
  | { readonly is: 'folder'; readonly folder: string };

export interface DirectInput {
  readonly place: DirectPlace;
  readonly seed: string;
  readonly sizeBytes: number;
  readonly direction: 'up' | 'down';
}

export interface DirectOutput {
  readonly beganMs: number;
  readonly endedMs: number;
}

/** The same bytes by the same HTTP client straight to where they end up, without hashes and without metadata. */
export const directTask: Task<DirectInput, DirectOutput> = async ({ place, seed, sizeBytes, direction }) => {
  const content = madeContent(seed, sizeBytes);
  return async () => {
    const beganMs = machineMs();
    if (place.is === 'folder') await writeFlushed(place.folder, content);
    else if (direction === 'up') await put(place.putUrl, content);
    else await get(place.getUrl, sizeBytes);
    return { beganMs, endedMs: machineMs() };
  };
};

const signedOf = (url: string) => ({
  packId: randomUUID() as PackId,
  url,
  headers: {},
  expiresAtMs: 2 ** 50,
});

async function put(url: string, content: MadeContent): Promise<void> {
  const transfer = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
  const bytes = content.read(0, content.sizeBytes);
  await transfer.put(signedOf(url), [bytes], freeWay(new AbortController().signal));
  transfer.close();
}

async function get(url: string, sizeBytes: number): Promise<void> {
  const transfer = createHttpObjectTransfer({ serverUrl: url, clock: nodeClock });
  await transfer.getRange(signedOf(url), { offset: 0, length: sizeBytes }, new AbortController().signal);
  transfer.close();
}

async function writeFlushed(folder: string, content: MadeContent): Promise<void> {
  const file = path.join(folder, randomUUID());
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content.read(0, content.sizeBytes));
    await handle.sync();
  } finally {
    await handle.close();
    await rm(file);
  }
}
