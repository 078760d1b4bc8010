import { agreedTexts, textsOn } from './device-texts.ts';
import { Dice } from './dice.ts';
import { shortened } from './disk-guards.ts';
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
  const agreed = await agreedTexts(device);
  const dice = new Dice(seed, `power ${name} ${life}`);
  disk.powerCut(profile, (n) => dice.below(n));
  const after = await textsOn(disk);
  for (const text of after) ledger.appeared(text);
  const gone = agreed.find((text) => !after.has(text) && !ledger.isBy(name, text));
  if (gone !== undefined)
    broken(new Violation('I6', `${name} had noted that it has ${shortened(gone)}, and lost it`));
  for (const text of before) {
    if (after.has(text) || !ledger.isOwed(text) || !ledger.isBy(name, text)) continue;
    scheduler.note(`${name} lost ${JSON.stringify(text.slice(0, 20))} with its power`);
    ledger.lostPower(text, await isElsewhere(device, text));
  }
}
