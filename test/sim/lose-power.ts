import { sameContent } from '@tidesync/engine/core/entry';
import type { AgreedFile } from './device-texts.ts';
import { agreedFiles, textsOn } from './device-texts.ts';
import { Dice } from './dice.ts';
import { shortened } from './disk-guards.ts';
import { everything } from './disk-texts.ts';
import { contentIdFor, liveContents } from './server-tree.ts';
import type { SimDevice } from './sim-device.ts';
import { Violation } from './violation.ts';

/**
 * The disk keeps what was synced, and some of the rest. What people had not synced may be gone with it; what the engine
 * has noted as agreed may not (I6).
 */
export async function losePower(
  device: SimDevice,
  { profile, life }: { readonly profile: 'ordered' | 'strict'; readonly life: number },
): Promise<void> {
  const { name, disk } = device;
  const { ledger, seed, scheduler, isElsewhere, broken } = device.parts;
  const before = await textsOn(disk);
  const agreed = new Map((await agreedFiles(device)).map((file) => [file.text, file]));
  const dice = new Dice(seed, `power ${name} ${life}`);
  disk.powerCut(profile, (n) => dice.below(n));
  const after = await textsOn(disk);
  for (const text of after) ledger.appeared(text);
  const gone = [...agreed.keys()].find((text) => !after.has(text) && !ledger.isBy(name, text));
  if (gone !== undefined)
    broken(new Violation('I6', `${name} had noted that it has ${shortened(gone)}, and lost it`));
  for (const text of before) {
    if (after.has(text) || !ledger.isOwed(text) || !ledger.isBy(name, text)) continue;
    const file = agreed.get(text);
    const isOwedBack = await comesBack(device, file);
    const what = `${name} lost ${JSON.stringify(text.slice(0, 20))} with its power`;
    scheduler.note(isOwedBack ? `${what}, and is owed it back` : what);
    if (isOwedBack) ledger.lostToServer(text, `${name} ${file?.path}`);
    else ledger.lostPower(text, await isElsewhere(device, text));
  }
}

/** Whether the device has to take a file for lost, and to make it again: both sides had just agreed on it (S58). */
async function comesBack(device: SimDevice, file: AgreedFile | undefined): Promise<boolean> {
  if (file === undefined) return false;
  const { disk, journal, proofs, record, parts } = device;
  const contentId = contentIdFor(file.text);
  if (!proofs.lately.has(contentId) || !liveContents(parts.server.database, record.libraryId).has(contentId))
    return false;
  const { base, remote } = journal.get(file.id);
  if (base === null || remote.is === 'absent' || !sameContent(base.body, remote.body)) return false;
  // Something that stands in its place, or has its number elsewhere, passes for a newer edit or for a move.
  const left = await everything(disk);
  return !left.some(({ path, node }) => {
    const isOnlyName = path === file.path && node.kind === 'file' && node.stamp.sizeBytes === 0;
    return !isOnlyName && (path === file.path || node.stamp.inode === file.inode);
  });
}
