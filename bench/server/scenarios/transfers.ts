import { randomUUID } from 'node:crypto';
import type { CallTimes } from '../clients/connected-device.ts';
import { connectDevice } from '../clients/connected-device.ts';
import type { DirectInput } from '../clients/direct-task.ts';
import type { Uploaded, UploadInput, UploadOutput } from '../clients/upload-task.ts';
import type { Check, Figure } from '../figures.ts';
import { joined, number, spanSeconds, times } from '../figures.ts';
import type { SeededAccount } from '../world/seeds.ts';
import type { World } from '../world/world.ts';
import { firstDevice } from '../world/world.ts';

const GB = 1_000_000_000;
const MB = 1_000_000;

export interface Owner {
  readonly account: SeededAccount;
  readonly input: UploadInput;
}

/** Accounts with a library each, and one file each that is not there yet. */
export async function ownersWithFile(world: World, count: number, sizeBytes: number): Promise<Owner[]> {
  const accounts = await world.seeds.accounts(count, { limitBytes: GB, devices: 1 });
  const owners: Owner[] = [];
  for (const [n, account] of accounts.entries()) {
    const libraryId = await world.seeds.library(account);
    const file = { name: 'thesis.pdf', seed: randomUUID(), sizeBytes };
    owners.push({ account, input: { device: firstDevice(world, account, n), libraryId, files: [file] } });
  }
  return owners;
}

export const filesOf = (outputs: readonly UploadOutput[]): Uploaded[] =>
  outputs.flatMap(({ files }) => files);

/** Throughput over all, time of each, and time of every kind of call. */
export function transferFigures(
  all: readonly { readonly beganMs: number; readonly endedMs: number }[],
  contentBytes: number,
  calls: readonly CallTimes[],
): Figure[] {
  return [
    number('throughput', contentBytes / spanSeconds(all) / MB, 'MB/s'),
    times(
      'a whole file',
      all.map(({ beganMs, endedMs }) => endedMs - beganMs),
    ),
    ...Object.entries(joined(calls)).map(([name, ms]) => times(`· ${name}`, ms)),
  ];
}

/** MB per second of as many files of the same size, straight to the store. */
export async function directThroughput(
  world: World,
  order: Pick<DirectInput, 'direction' | 'sizeBytes'> & { readonly count: number },
): Promise<number> {
  const { direction, sizeBytes, count } = order;
  const places = await world.backing.directPlaces(count);
  const inputs = places.map((place) => ({ place, seed: randomUUID(), sizeBytes, direction }));
  if (direction === 'down') {
    const filled = inputs.map((input) => ({ ...input, direction: 'up' as const }));
    await (await world.clients.prepare('direct', filled)).go();
  }
  const outputs = await (await world.clients.prepare('direct', inputs)).go();
  return (count * sizeBytes) / spanSeconds(outputs) / MB;
}

/** For each of them: what is used is exactly what its files take, and nothing is held. */
export async function quotaChecks(
  world: World,
  expected: readonly { readonly account: SeededAccount; readonly usedBytes: number }[],
): Promise<Check[]> {
  const wrong: string[] = [];
  for (const [n, { account, usedBytes }] of expected.entries()) {
    const { server } = connectDevice(firstDevice(world, account, n + 1));
    const quota = await server.quota();
    if (quota.usedBytes !== usedBytes || quota.reservedBytes !== 0) {
      wrong.push(`${JSON.stringify(quota)}, expected ${usedBytes} used`);
    }
  }
  const what = `quota of ${expected.length} accounts: used is what is stored, nothing is held`;
  return [{ what, holds: wrong.length === 0, found: wrong.slice(0, 3).join('; ') || 'exact' }];
}
