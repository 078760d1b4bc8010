import type { DiskNode } from '@tidesync/engine/ports/disk';
import { isDiskError } from '@tidesync/engine/ports/disk';
import { layout } from '@tidesync/engine/shell/layout';
import type { PersonHandle, PersonOnDisk } from '@tidesync/engine/testing/memory-person';
import type { RelPath } from '@tidesync/shared/names';
import { isWithin, OWN_FOLDER, parentPath } from '@tidesync/shared/names';
import type { Shown } from './disk-texts.ts';
import { bytesOf, everything, isOwn, textOf } from './disk-texts.ts';
import { head, NOWHERE } from './people-names.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimDevice } from './sim-device.ts';
import type { ValueLedger } from './value-ledger.ts';

/** What a person does to a disk, one thing at a time, with what it means for what is owed. */
export class Hands {
  readonly #device: SimDevice;
  readonly #ledger: ValueLedger;
  readonly #scheduler: Scheduler;
  /** This person has given files more names. */
  hasLinked = false;

  constructor(device: SimDevice) {
    this.#device = device;
    this.#ledger = device.parts.ledger;
    this.#scheduler = device.parts.scheduler;
  }

  /** Into a file that is open, wherever its name has gone by now. */
  async writeInto({ stamp }: DiskNode, handle: PersonHandle): Promise<void> {
    const { disk } = this.#device;
    const all = [...(await everything(disk)), ...(await everything(disk, OWN_FOLDER as string as RelPath))];
    const path = all.find(({ node }) => node.stamp.inode === stamp.inode)?.path ?? null;
    const old = textOf(handle.read());
    const text = `${this.#ledger.newMark(this.#device.name)}\nopen\n`;
    handle.truncate(0);
    handle.writeAt(bytesOf(text), 0);
    this.wrote(path ?? NOWHERE, text, old);
    if (path === null) this.#ledger.ended(text);
    else if (isOwn(path) && !isWithin(path, layout.leaving)) this.#ledger.wroteToTrash(text);
  }

  get disk(): PersonOnDisk {
    return this.#device.disk.person;
  }
  nodeAt(path: RelPath): Promise<DiskNode | null> {
    return this.#device.disk.look(path);
  }
  read(path: RelPath): string {
    return textOf(this.disk.read(path));
  }
  async orNot(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDiskError(error)) throw error;
    }
  }

  // One call to the disk each, with what it means for what is owed; nothing else happens in between.

  create(path: RelPath, text: string): void {
    this.disk.write(path, bytesOf(text));
    this.wrote(path, text, null);
  }
  /** What this person alone had taken away is there again; what others have deleted as well is owed to nobody. */
  bringBack(path: RelPath, text: string): void {
    this.disk.write(path, bytesOf(text));
    this.say(`puts back ${path} = ${head(text)}`);
    this.#ledger.wantedBack(text, this.#device.name);
    this.#device.touched(parentPath(path));
  }
  overwrite(path: RelPath, text: string): void {
    const old = this.read(path);
    this.disk.overwrite(path, bytesOf(text));
    this.wrote(path, text, old);
  }
  async unlink(path: RelPath): Promise<void> {
    // Read at once before: somebody may save while it is asked for other names.
    const old = (await this.#isLastName(path)) ? this.read(path) : null;
    this.disk.unlink(path);
    this.say(`rm ${path}${old === null ? '' : ` (${head(old)})`}`);
    if (old !== null) this.#ledger.ended(old, this.#device.name);
    this.#device.touched(parentPath(path));
  }
  /** Whether a text goes with a name: a person may know of another one, and a trash may have the file, too. */
  async #isLastName(path: RelPath): Promise<boolean> {
    const node = await this.nodeAt(path);
    if (node?.kind !== 'file') return false;
    return !this.hasLinked || node.links === 1 || !(await this.#isElsewhere(path, node));
  }
  async #isElsewhere(path: RelPath, { stamp }: DiskNode): Promise<boolean> {
    const all = await everything(this.#device.disk);
    return all.some((one) => one.path !== path && one.node.stamp.inode === stamp.inode);
  }
  makeFolder(path: RelPath): void {
    this.say(`mkdir ${path}`);
    this.disk.makeFolder(path);
    this.#device.touched(parentPath(path));
  }
  removeFolder(path: RelPath): void {
    this.disk.removeFolder(path);
    this.say(`rmdir ${path}`);
    this.#device.touched(parentPath(path));
  }
  /** As programs do that ask before they replace: not at all where there is something. */
  async rename(from: RelPath, to: RelPath): Promise<void> {
    const source = await this.nodeAt(from);
    const target = await this.nodeAt(to);
    if (source === null || (target !== null && target.stamp.inode !== source.stamp.inode)) return;
    this.disk.rename(from, to);
    this.moved(from, to);
  }
  async renameOver(from: RelPath, to: RelPath): Promise<void> {
    const old = (await this.#isLastName(to)) ? this.read(to) : null;
    this.disk.rename(from, to);
    if (old !== null) this.#ledger.ended(old, this.#device.name);
    this.moved(from, to);
  }

  setAttributes(file: Shown | null, change: (node: DiskNode) => Partial<Attributes>): void {
    if (file === null) return;
    const { executable, mtimeMs } = file.node;
    this.say(`sets attributes of ${file.path}`);
    this.disk.setAttributes(file.path, { executable, mtimeMs, ...change(file.node) });
    this.#device.touched(parentPath(file.path));
  }

  moved(from: RelPath, to: RelPath): void {
    this.say(`mv ${from} → ${to}`);
    this.#ledger.putInPlace(`${this.#device.name} ${to}`);
    this.#device.touched(parentPath(from));
    this.#device.touched(parentPath(to));
  }
  wrote(path: RelPath, text: string, over: string | null): void {
    this.say(`writes ${path} = ${head(text)}${over === null ? '' : ` over ${head(over)}`}`);
    this.#ledger.putInPlace(`${this.#device.name} ${path}`);
    this.#ledger.wrote(text, over, this.#device.name);
    if (this.#device.mounts.covers(path)) this.#ledger.ended(text);
    this.#device.touched(parentPath(path));
  }
  say(what: string): void {
    this.#scheduler.note(`   ${this.#device.name} person ${what}`);
  }
  async next(): Promise<void> {
    await this.#scheduler.park(`${this.#device.name} person`, 'goes on', 'person');
    await this.whileAway();
  }
  async whileAway(): Promise<void> {
    while (this.#device.isAway)
      await this.#scheduler.wait(500, `${this.#device.name} person misses a folder`);
  }
}

type Attributes = Pick<DiskNode, 'executable' | 'mtimeMs'>;
