import { randomUUID } from 'node:crypto';
import type { MixedInput } from '../clients/mixed-task.ts';
import { joined, number, spanSeconds, times } from '../figures.ts';
import { measure } from '../world/measure.ts';
import { firstDevice } from '../world/world.ts';
import type { Scenario } from './scenario.ts';
import { quotaChecks } from './transfers.ts';

const LIMIT_BYTES = 10_000_000_000;
const MB = 1_000_000;

export const mixedScenario: Scenario = {
  name: 'mixed',
  title: ({ mixedUsers, mixedMs }) =>
    `${mixedUsers} users at once for ${mixedMs / 1_000} s: polls, commits, files of 20 kB to 1 MB up and down`,
  async run(world, { mixedUsers, mixedMs: durationMs }) {
    const accounts = await world.seeds.accounts(mixedUsers, { limitBytes: LIMIT_BYTES, devices: 1 });
    const inputs: MixedInput[] = [];
    for (const [n, account] of accounts.entries()) {
      const libraryId = await world.seeds.library(account);
      inputs.push({ device: firstDevice(world, account, n), libraryId, seed: randomUUID(), durationMs });
    }
    const prepared = await world.clients.prepare('mixed', inputs);
    const { value: outputs, ...measured } = await measure(world, () => prepared.go());
    const steps = joined(outputs.map(({ stepMs }) => stepMs));
    const seconds = spanSeconds(outputs);
    const up = outputs.reduce((sum, { uploadedBytes }) => sum + uploadedBytes, 0);
    const down = outputs.reduce((sum, { downloadedBytes }) => sum + downloadedBytes, 0);
    const all = Object.values(steps).flat();
    const used = accounts.map((account, n) => ({ account, usedBytes: outputs[n]?.usedBytes ?? 0 }));
    return {
      figures: [
        number('steps', all.length / seconds, '/s'),
        number('bytes up', up / seconds / MB, 'MB/s'),
        number('bytes down', down / seconds / MB, 'MB/s'),
        ...Object.entries(steps).map(([kind, ms]) => times(`· ${kind}`, ms)),
      ],
      checks: await quotaChecks(world, used),
      measured,
      units: { what: 'step', count: all.length },
      contentBytes: up + down,
    };
  },
};
