import type { Disk } from '@tidesync/engine/ports/disk';
import { layout } from '@tidesync/engine/shell/layout';
import type { RelPath } from '@tidesync/shared/names';
import { isWithin, segments } from '@tidesync/shared/names';
import { isOwn, readText } from './disk-texts.ts';
import type { ValueLedger } from './value-ledger.ts';
import { Violation } from './violation.ts';

interface GuardParts {
  readonly ledger: ValueLedger;
  /** Nobody but the person at this device changes anything anywhere. */
  readonly writesAlone: boolean;
  /** A file of the library has this text now. */
  readonly serverHas: (text: string) => boolean;
}

/** What the engine must never do to a disk, looked at before and after each of its calls. */
export class DiskGuards {
  readonly #disk: Disk;
  readonly #ledger: ValueLedger;
  readonly #device: string;
  readonly #writesAlone: boolean;
  readonly #serverHas: (text: string) => boolean;

  constructor(device: string, disk: Disk, { ledger, writesAlone, serverHas }: GuardParts) {
    this.#serverHas = serverHas;
    this.#device = device;
    this.#disk = disk;
    this.#ledger = ledger;
    this.#writesAlone = writesAlone;
  }

  /** Where one person alone works, all on that disk is as that person left it. */
  beforeChange(path: RelPath): void {
    this.#inside(path);
    if (this.#writesAlone && !isOwn(path))
      this.#broken('I3', `changes ${path}, though nobody but its own person has done anything`);
  }

  #inside(path: RelPath): void {
    const isOutside = path.startsWith('/') || segments(path).some((name) => name === '..' || name === '.');
    if (isOutside) this.#broken('I19', `works on ${path}, outside its folder`);
  }

  /** People see whole files only: what is written in parts is written in a place of our own. */
  beforeCreate(path: RelPath): void {
    if (!isOwn(path)) this.#broken('I14', `writes a file in parts under the name ${path}`);
  }

  async beforeRename(from: RelPath, to: RelPath): Promise<void> {
    if (isOwn(to) && isWithin(to, layout.temporary)) return;
    const [old, target] = [await this.#look(from), await this.#look(to)];
    // No disk puts a folder over a file.
    if (target?.kind !== 'file' || old === null || old.kind === 'folder') return;
    if (old.stamp.inode === target.stamp.inode) return;
    const text = await readText(this.#disk, to);
    if (isOwn(to) && !this.#ledger.isOwed(text)) return;
    this.#broken('I5', `renames ${from} over the file ${to}, which held ${shortened(text)}`);
  }

  /** What is removed for good is nothing that is owed, and nothing that people see: all that goes to the trash. */
  async beforeUnlink(path: RelPath): Promise<void> {
    if (isWithin(path, layout.temporary)) return;
    const node = await this.#look(path);
    if (node?.kind !== 'file' || node.links > 1) return;
    const text = await readText(this.#disk, path);
    if (!isOwn(path)) this.#broken('I5', `removes ${path} for good, which held ${shortened(text)}`);
    // E1 and E2: of what a device leaves out the server's file is enough.
    if (isWithin(path, layout.leaving) && this.#serverHas(text)) return;
    if (this.#ledger.isOwed(text)) this.#broken('I5', `removes ${path}, the last name of ${shortened(text)}`);
  }

  /** Whatever got a name that people see is something that a person wrote, whole. */
  async afterPlace(path: RelPath): Promise<void> {
    if (isOwn(path) || (await this.#look(path))?.kind !== 'file') return;
    const text = await readText(this.#disk, path);
    if (!this.#ledger.isKnown(text)) {
      this.#broken('I14', `shows ${shortened(text)} as ${path}, which nobody ever wrote`);
    }
  }

  #look(path: RelPath) {
    return this.#disk.look(path).catch(() => null);
  }

  #broken(rule: string, what: string): never {
    throw new Violation(rule, `${this.#device} ${what}`);
  }
}

export function shortened(text: string): string {
  const oneLine = JSON.stringify(text);
  return oneLine.length <= 60 ? oneLine : `${oneLine.slice(0, 57)}…"`;
}
