import type { Fault } from './scenario.ts';
import { differences, diskTree, headSeqOf, serverTree } from './server-tree.ts';
import type { SimDevice } from './sim-device.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

type Forgetting = Extract<Fault, { kind: 'journal' }>;
const DOWN_MS = 2_000;

/**
 * A device that has forgotten something in a world does so once more, where everything is at rest: it finds that all is
 * equal. It deletes nothing, sends nothing, and has nothing twice. `rest` lets the world come to rest.
 */
export async function forgetAtRest(world: World, rest: () => Promise<void>): Promise<void> {
  const { scenario, devices, scheduler } = world;
  const done = new Set<SimDevice>();
  for (const fault of scenario.faults) {
    const device = fault.kind === 'journal' ? devices[fault.device] : undefined;
    if (fault.kind !== 'journal' || device === undefined || done.has(device)) continue;
    done.add(device);
    // What a disk cannot hold is here under another name, and a new file to whoever has forgotten that.
    if (device.journal.troubles().length > 0) continue;
    const before = await everywhere(world);
    const how = { savedAtStep: savedAt(world, fault), downMs: DOWN_MS };
    scheduler.at(0, '-- a journal is forgotten at rest', () => void world.forget(device, how));
    await rest();
    const after = await everywhere(world);
    if (after !== before)
      throw new Violation(
        'T16',
        `${device.name} has forgotten its journal, and changed\n  ${before}\n  to ${after}`,
      );
  }
}

/** What was left out when a copy was made is here again by now. */
function savedAt({ scenario }: World, { savedAtStep }: Forgetting): number | null {
  return scenario.deeds.some(({ deed }) => deed === 'leaveOut') ? null : savedAtStep;
}

/** All that people see, on the server and on each disk, and how far the histories go. */
async function everywhere({ libraries, devices, server }: World): Promise<string> {
  const found: string[] = [];
  for (const { libraryId } of libraries) {
    const tree = [...serverTree(server.database, libraryId)].sort();
    found.push(`${headSeqOf(server.database, libraryId)} changes, ${JSON.stringify(tree)}`);
  }
  for (const device of devices) {
    const there = serverTree(server.database, device.record.libraryId);
    const differ = differences(device, { here: await diskTree(device), there, isLeftOut: () => false });
    found.push(`${device.name} ${JSON.stringify(differ)}`);
  }
  return found.join('\n  ');
}
