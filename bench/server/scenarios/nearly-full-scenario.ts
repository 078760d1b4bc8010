import { randomUUID } from 'node:crypto';
import { usedBytesOf } from '../clients/stored-parts.ts';
import type { Uploaded, UploadInput } from '../clients/upload-task.ts';
import { same, times } from '../figures.ts';
import { measure } from '../world/measure.ts';
import { firstDevice } from '../world/world.ts';
import type { Scenario } from './scenario.ts';
import { filesOf, quotaChecks } from './transfers.ts';

const LIMIT_BYTES = 2_000_000;
const FILLED_BYTES = 1_900_000;
const FILE_BYTES = 20_000;
const FILES = 10;
/** For what the server keeps beside the files to know what they are made of; less than any file here. */
const BESIDE_BYTES = 1_000;
const FITTING = (LIMIT_BYTES - FILLED_BYTES) / FILE_BYTES;

/** Accounts that are used to 95 %: what fits is taken, what does not is refused, and the sum is exact. */
export const nearlyFullScenario: Scenario = {
  name: 'nearly-full',
  title: ({ nearlyFullAccounts }) =>
    `${nearlyFullAccounts} accounts at 95 % of their quota, each sending ${FILES} files of which ${FITTING} fit`,
  async run(world, { nearlyFullAccounts: count }) {
    const accounts = await world.seeds.accounts(count, {
      limitBytes: LIMIT_BYTES + BESIDE_BYTES,
      devices: 1,
    });
    const fills: UploadInput[] = [];
    for (const [n, account] of accounts.entries()) {
      const libraryId = await world.seeds.library(account);
      const files = [{ name: 'before', seed: randomUUID(), sizeBytes: FILLED_BYTES }];
      fills.push({ device: firstDevice(world, account, n), libraryId, files });
    }
    const filled = await (await world.clients.prepare('upload', fills)).go();
    const inputs = fills.map((fill) => {
      const files = Array.from({ length: FILES }, (_, n) => ({
        name: `file ${n}`,
        seed: randomUUID(),
        sizeBytes: FILE_BYTES,
      }));
      return { ...fill, files };
    });
    const prepared = await world.clients.prepare('upload', inputs);
    const { value: outputs, ...measured } = await measure(world, () => prepared.go());
    const files = filesOf(outputs);
    const msOf = (is: Uploaded['is']) =>
      files.filter((file) => file.is === is).map(({ beganMs, endedMs }) => endedMs - beganMs);
    const used = accounts.map((account, n) => {
      const own = [...(filled[n]?.files ?? []), ...(outputs[n]?.files ?? [])];
      const stored = own.filter((file) => file.is === 'committed');
      return { account, usedBytes: stored.reduce((sum, file) => sum + usedBytesOf(file), 0) };
    });
    return {
      figures: [times('stored', msOf('committed')), times('refused', msOf('refused'))],
      checks: [
        same('files stored', msOf('committed').length, count * FITTING),
        ...(await quotaChecks(world, used)),
      ],
      measured,
      units: { what: 'try', count: files.length },
      contentBytes: msOf('committed').length * FILE_BYTES,
    };
  },
};
