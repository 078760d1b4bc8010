import { randomFillSync } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

const GB = 1_000_000_000;
const BLOCK_BYTES = 20_000_000;
const RANDOM_BYTES = 1_048_576;

/**
 * Makes one file of so many GB: a MiB of chance in each 20 MB, and nothing between. So a twentieth of it is unlike all
 * the rest and has to travel, and a disk that keeps holes or packs zeros holds it in a twentieth of the room.
 */
export async function makeHugeFile(folder: string, gigabytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = await open(path.join(folder, 'disk image.raw'), 'wx');
  try {
    const random = Buffer.alloc(RANDOM_BYTES);
    for (let at = 0; at < gigabytes * GB; at += BLOCK_BYTES)
      await file.write(randomFillSync(random), 0, RANDOM_BYTES, at);
    await file.truncate(gigabytes * GB);
  } finally {
    await file.close();
  }
}
