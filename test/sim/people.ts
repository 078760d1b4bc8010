import type { DiskNode } from '@tidesync/engine/ports/disk';
import { isDiskError } from '@tidesync/engine/ports/disk';
import type { PersonOnDisk } from '@tidesync/engine/testing/memory-person';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { IGNORE_FILE, isWithin, joinPath, lastName, parentPath, TOP } from '@tidesync/shared/names';
import type { Shown } from './disk-texts.ts';
import { bytesOf, everything, textOf } from './disk-texts.ts';
import { START_MS } from './gate.ts';
import { fileNames, folderNames, ignorePatterns, oddNames } from './people-names.ts';
import type { Deed, DeedPlan, MeddleDeed } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimDevice } from './sim-device.ts';
import type { ValueLedger } from './value-ledger.ts';

/** Between a delete and the file made anew: below the time after which a delete may leave. */
const REMADE_AFTER_MS = 200;
const GLIMPSE_MS = 100;
/** Between two renames of a person who does them one after the other. */
const BY_HAND_MS = 700;
/** A folder is closed within this time after something was taken out of it, and for how long. */
const SHUT_WITHIN_MS = 500;
const SHUT_FOR_MS = 3_000;
/** Beyond this a file is large enough for the engine to go on with an interrupted download. */
const LARGE_LINE_CHARS = 90_000;
const LARGE_LINES = 4;

/** A person at one device, who works on its disk and on nothing else, in steps between which the engine works. */
export class Person {
  readonly #device: SimDevice;
  readonly #ledger: ValueLedger;
  readonly #scheduler: Scheduler;
  #saves = 0;

  constructor(device: SimDevice) {
    this.#device = device;
    this.#ledger = device.parts.ledger;
    this.#scheduler = device.parts.scheduler;
  }

  /** Does nothing where the deed has no object. */
  async do(plan: DeedPlan): Promise<void> {
    try {
      const all = await everything(this.#device.disk);
      await this.#deeds[plan.deed]({ plan, all });
    } catch (error) {
      // The engine, or a power cut, was there first.
      if (!isDiskError(error)) throw error;
      this.#say(`could not ${plan.deed}: ${error.message}`);
    }
  }

  /** There are no ignore rules any more. */
  async stopIgnoring(): Promise<void> {
    if ((await this.#nodeAt(IGNORES))?.kind === 'file') await this.#unlink(IGNORES);
  }

  /** Works on that very path, at once. */
  async meddle(path: RelPath, how: MeddleDeed): Promise<void> {
    const mark = this.#ledger.newMark(this.#device.name);
    this.#say(`in this moment: ${how} ${path}`);
    await this.#orNot(async () => {
      const kind = (await this.#nodeAt(path))?.kind;
      if (how === 'delete' && kind === 'file') await this.#unlink(path);
      if ((how === 'save' || how === 'overwrite') && kind === 'file') await this.#edit(path, how, mark);
      if ((how !== 'make' && how !== 'glimpse') || kind !== undefined) return;
      const text = `${mark}\nmade\n`;
      this.#create(path, text);
      if (how === 'glimpse') void this.#takeBack(path, text);
    });
  }

  async #edit(path: RelPath, how: 'save' | 'overwrite', mark: string): Promise<void> {
    // As long as before, where it can be: then nothing but its times tells, and where they are coarse its bytes alone.
    const sizeBytes = (await this.#nodeAt(path))?.stamp.sizeBytes;
    const text = `${mark}\n`.padEnd(sizeBytes ?? 0, '.');
    if (how === 'overwrite') return this.#overwrite(path, text);
    const made = joinPath(parentPath(path), `~${mark}.new` as EntryName);
    this.#create(made, text);
    await this.#renameOver(made, path);
  }

  async #takeBack(path: RelPath, text: string): Promise<void> {
    await this.#scheduler.wait(GLIMPSE_MS, `${this.#device.name} person takes it back`);
    await this.#orNot(async () => {
      if ((await this.#nodeAt(path))?.kind === 'file' && this.#read(path) === text) await this.#unlink(path);
    });
  }

  readonly #deeds: Readonly<Record<Deed, (at: At) => Promise<void>>> = {
    write: (at) => this.#write(at, (mark) => `${mark}\nby ${this.#device.name}\n`),
    large: (at) =>
      this.#write(at, (mark) =>
        Array.from({ length: LARGE_LINES }, (_, line) =>
          `${line === 0 ? mark : line}`.padEnd(LARGE_LINE_CHARS, '.'),
        ).join('\n'),
      ),
    truncate: async (at) => {
      const file = pick(at.all, at.plan.which, isFile);
      if (file === null) return;
      this.#overwrite(file.path, '');
      await this.#next();
      if ((await this.#nodeAt(file.path))?.kind === 'file')
        this.#overwrite(file.path, `${this.#ledger.newMark(this.#device.name)}\n`);
    },
    append: async (at) => {
      const file = pick(at.all, at.plan.which, isFile);
      if (file === null) return;
      for (const part of ['first', 'second']) {
        if ((await this.#nodeAt(file.path))?.kind !== 'file') return;
        const text = this.#read(file.path);
        this.#overwrite(file.path, `${text}${this.#ledger.newMark(this.#device.name)} ${part}\n`);
        await this.#next();
      }
    },
    saveByRename: async ({ plan, all }) => {
      const path = this.#fileOrNew(plan, all);
      this.#saves++;
      const made = joinPath(parentPath(path), `~${this.#device.name}.${this.#saves}.new` as EntryName);
      const text = `${this.#ledger.newMark(this.#device.name)}\nsaved\n`;
      this.#create(made, text);
      await this.#next();
      await this.#renameOver(made, path);
    },
    delete: async ({ plan, all }) => {
      const one = pick(all, plan.which, ({ node }) => node.kind !== 'folder');
      if (one !== null) await this.#unlink(one.path);
    },
    moveFile: (at) => this.#move(at, ({ node }) => node.kind !== 'folder'),
    moveFolder: (at) => this.#move(at, ({ node }) => node.kind === 'folder'),
    swapNames: async ({ plan, all }) => {
      const one = pick(all, plan.which, isFile);
      const other = pick(all, plan.to, isFile);
      if (one === null || other === null || one.path === other.path) return;
      const between = joinPath(parentPath(one.path), `~swap.${this.#device.name}` as EntryName);
      await this.#rename(one.path, between);
      await this.#next();
      await this.#rename(other.path, one.path);
      await this.#next();
      await this.#rename(between, other.path);
    },
    caseRename: async ({ plan, all }) => {
      const one = pick(all, plan.which, () => true);
      if (one === null) return;
      const name = lastName(one.path);
      const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
      await this.#rename(one.path, joinPath(parentPath(one.path), other as EntryName));
    },
    chmod: async ({ plan, all }) =>
      this.#setAttributes(pick(all, plan.which, isFile), ({ executable }) => ({ executable: !executable })),
    touch: async ({ plan, all }) =>
      this.#setAttributes(pick(all, plan.which, isFile), () => ({ mtimeMs: START_MS + plan.to * 777 })),
    makeFolder: async ({ plan, all }) => {
      this.#makeFolder(joinPath(this.#folder(plan.to, all), folderName(plan.name)));
    },
    deleteTree: async ({ plan, all }) => {
      const folder = pick(all, plan.which, ({ node }) => node.kind === 'folder');
      if (folder === null) return;
      const inside = all.filter(({ path }) => isWithin(path, folder.path)).reverse();
      for (const { path, node } of inside) {
        await this.#orNot(async () => {
          if (node.kind === 'folder') this.#removeFolder(path);
          else await this.#unlink(path);
        });
        if (plan.name % 2 === 0) await this.#next();
      }
    },
    remake: async ({ plan, all }) => {
      const file = pick(all, plan.which, isFile);
      if (file === null) return;
      await this.#unlink(file.path);
      await this.#scheduler.wait(plan.to % REMADE_AFTER_MS, `${this.#device.name} person makes it anew`);
      await this.#whileAway();
      if ((await this.#nodeAt(file.path)) !== null) return;
      this.#create(file.path, `${this.#ledger.newMark(this.#device.name)}\nmade anew\n`);
    },
    wrap: async ({ plan, all }) => {
      const folder = pick(all, plan.which, ({ node }) => node.kind === 'folder');
      if (folder === null) return;
      const between = joinPath(parentPath(folder.path), `~wrap.${this.#device.name}` as EntryName);
      await this.#rename(folder.path, between);
      if (plan.name % 2 === 0) await this.#next();
      this.#makeFolder(folder.path);
      await this.#rename(between, joinPath(folder.path, folderName(plan.name)));
    },
    oddName: async (at) => {
      const folder = this.#folder(at.plan.to, at.all);
      const path = joinPath(folder, oddNames[at.plan.name % oddNames.length] as EntryName);
      const file = pick(at.all, at.plan.which, isFile);
      if (at.plan.which % 3 === 0 && file !== null) return this.#rename(file.path, path);
      if ((await this.#nodeAt(path)) === null)
        this.#create(path, `${this.#ledger.newMark(this.#device.name)}\nodd\n`);
    },
    ignore: async ({ plan }) => {
      const isThere = (await this.#nodeAt(IGNORES))?.kind === 'file';
      const rules = [plan.name, plan.to].map((n) => ignorePatterns[n % ignorePatterns.length]).join('\n');
      const text = `${rules}\n# ${this.#ledger.newMark(this.#device.name)}\n`;
      if (isThere && plan.which % 3 === 0) await this.#unlink(IGNORES);
      else if (isThere) this.#overwrite(IGNORES, text);
      else this.#create(IGNORES, text);
    },
    bring: async ({ plan, all }) => {
      const above = this.#folder(plan.to, all);
      const folder = joinPath(above, folderName(plan.name));
      this.#disk.makeFolder(folder);
      for (const number of [plan.which, plan.which + 1]) {
        const text = `${this.#ledger.newMark(this.#device.name)}\nbrought\n`;
        this.#disk.write(joinPath(folder, fileName(number)), bytesOf(text));
        this.#ledger.wrote(text, null);
      }
      // It was whole when it came: only where it has come to does anything change.
      this.#say(`brings ${folder}`);
      this.#device.touched(above);
    },
    nest: async ({ plan, all }) => {
      const folders = all.filter(({ node }) => node.kind === 'folder').map(({ path }) => path);
      const one = folders[plan.which % Math.max(1, folders.length)];
      const other = folders[plan.to % Math.max(1, folders.length)];
      if (one === undefined || other === undefined || isWithin(other, one)) return;
      await this.#rename(one, joinPath(other, lastName(one)));
    },
    swapByHand: async ({ plan, all }) => {
      const [one, other] = [pick(all, plan.which, () => true), pick(all, plan.to, () => true)];
      if (one === null || other === null) return;
      if (isWithin(one.path, other.path) || isWithin(other.path, one.path)) return;
      const between = joinPath(parentPath(one.path), `~swap.${this.#device.name}` as EntryName);
      const pause = () =>
        this.#scheduler.wait(plan.name % 3 === 0 ? 0 : BY_HAND_MS, `${this.#device.name} person`);
      await this.#rename(one.path, between);
      await pause();
      await this.#rename(other.path, one.path);
      await pause();
      await this.#rename(between, other.path);
    },
    shut: async ({ plan, all }) => {
      const file = pick(
        all,
        plan.which,
        ({ path, node }) => node.kind === 'file' && parentPath(path) !== TOP,
      );
      if (file === null) return;
      const folder = parentPath(file.path);
      const other = pick(all, plan.to, ({ path, node }) => node.kind === 'file' && !isWithin(path, folder));
      for (const { path } of [file, other ?? file]) await this.#orNot(() => this.#unlink(path));
      await this.#scheduler.wait(plan.name % SHUT_WITHIN_MS, `${this.#device.name} person`);
      this.#say(`shuts ${folder}`);
      this.#disk.deny(folder, true);
      this.#device.touched(folder);
      await this.#scheduler.wait(SHUT_FOR_MS, `${this.#device.name} person`);
      this.#disk.deny(folder, false);
      this.#device.touched(folder);
    },
    stock: (at) =>
      this.#write(at, (mark) => [mark, at.plan.which, at.plan.to, at.plan.name].map(stockLine).join('')),
    makeSymlink: async ({ plan, all }) => {
      const path = joinPath(this.#folder(plan.to, all), fileName(plan.name));
      this.#say(`ln -s ${path}`);
      this.#disk.makeSymlink(path, `target-${plan.which % 5}`);
      this.#device.touched(parentPath(path));
    },
  };

  async #write({ plan, all }: At, textFor: (mark: string) => string): Promise<void> {
    const path = this.#fileOrNew(plan, all);
    const text = textFor(this.#ledger.newMark(this.#device.name));
    if ((await this.#nodeAt(path))?.kind === 'file') this.#overwrite(path, text);
    else this.#create(path, text);
  }

  async #move({ plan, all }: At, what: (one: Shown) => boolean): Promise<void> {
    const one = pick(all, plan.which, what);
    if (one === null) return;
    const folder = this.#folder(plan.to, all);
    const keepsName = plan.name % 3 > 0;
    const other = one.node.kind === 'folder' ? folderName(plan.name) : fileName(plan.name);
    const to = joinPath(folder, keepsName ? lastName(one.path) : other);
    if (isWithin(to, one.path)) return;
    await this.#rename(one.path, to);
  }

  /** A file that is there, or a new name in a folder that is there. */
  #fileOrNew(plan: DeedPlan, all: readonly Shown[]): RelPath {
    const old = plan.name % 2 === 0 ? pick(all, plan.which, isFile) : null;
    return old?.path ?? joinPath(this.#folder(plan.to, all), fileName(plan.name));
  }
  #folder(number: number, all: readonly Shown[]): RelPath {
    const folders = all.filter(({ node }) => node.kind === 'folder').map(({ path }) => path);
    return [TOP, TOP, ...folders][number % (folders.length + 2)] as RelPath;
  }
  get #disk(): PersonOnDisk {
    return this.#device.disk.person;
  }
  #nodeAt(path: RelPath): Promise<DiskNode | null> {
    return this.#device.disk.look(path);
  }
  #read(path: RelPath): string {
    return textOf(this.#disk.read(path));
  }
  async #orNot(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDiskError(error)) throw error;
    }
  }

  // One call to the disk each, with what it means for what is owed; nothing else happens in between.

  #create(path: RelPath, text: string): void {
    this.#disk.write(path, bytesOf(text));
    this.#wrote(path, text, null);
  }
  #overwrite(path: RelPath, text: string): void {
    const old = this.#read(path);
    this.#disk.overwrite(path, bytesOf(text));
    this.#wrote(path, text, old);
  }
  async #unlink(path: RelPath): Promise<void> {
    const old = (await this.#nodeAt(path))?.kind === 'file' ? this.#read(path) : null;
    this.#disk.unlink(path);
    this.#say(`rm ${path}${old === null ? '' : ` (${head(old)})`}`);
    if (old !== null) this.#ledger.ended(old);
    this.#device.touched(parentPath(path));
  }
  #makeFolder(path: RelPath): void {
    this.#say(`mkdir ${path}`);
    this.#disk.makeFolder(path);
    this.#device.touched(parentPath(path));
  }
  #removeFolder(path: RelPath): void {
    this.#disk.removeFolder(path);
    this.#say(`rmdir ${path}`);
    this.#device.touched(parentPath(path));
  }
  /** As programs do that ask before they replace: not at all where there is something. */
  async #rename(from: RelPath, to: RelPath): Promise<void> {
    const source = await this.#nodeAt(from);
    const target = await this.#nodeAt(to);
    if (source === null || (target !== null && target.stamp.inode !== source.stamp.inode)) return;
    this.#disk.rename(from, to);
    this.#moved(from, to);
  }
  async #renameOver(from: RelPath, to: RelPath): Promise<void> {
    const old = (await this.#nodeAt(to))?.kind === 'file' ? this.#read(to) : null;
    this.#disk.rename(from, to);
    if (old !== null) this.#ledger.ended(old);
    this.#moved(from, to);
  }

  #setAttributes(file: Shown | null, change: (node: DiskNode) => Partial<Attributes>): void {
    if (file === null) return;
    const { executable, mtimeMs } = file.node;
    this.#say(`sets attributes of ${file.path}`);
    this.#disk.setAttributes(file.path, { executable, mtimeMs, ...change(file.node) });
    this.#device.touched(parentPath(file.path));
  }

  #moved(from: RelPath, to: RelPath): void {
    this.#say(`mv ${from} → ${to}`);
    this.#device.touched(parentPath(from));
    this.#device.touched(parentPath(to));
  }
  #wrote(path: RelPath, text: string, over: string | null): void {
    this.#say(`writes ${path} = ${head(text)}${over === null ? '' : ` over ${head(over)}`}`);
    this.#ledger.wrote(text, over);
    this.#device.touched(parentPath(path));
  }
  #say(what: string): void {
    this.#scheduler.note(`   ${this.#device.name} person ${what}`);
  }
  async #next(): Promise<void> {
    await this.#scheduler.park(`${this.#device.name} person`, 'goes on', 'person');
    await this.#whileAway();
  }
  async #whileAway(): Promise<void> {
    while (this.#device.isAway)
      await this.#scheduler.wait(500, `${this.#device.name} person misses a folder`);
  }
}

type Attributes = Pick<DiskNode, 'executable' | 'mtimeMs'>;

interface At {
  readonly plan: DeedPlan;
  readonly all: readonly Shown[];
}

const IGNORES = IGNORE_FILE as string as RelPath;
/** One of a few lines that many texts have, or a mark. */
const stockLine = (one: string | number) => (typeof one === 'string' ? `${one}\n` : `paragraph ${one % 6}\n`);
const isFile = ({ node }: Shown): boolean => node.kind === 'file';
const fileName = (number: number) => fileNames[number % fileNames.length] as EntryName;
const folderName = (number: number) => folderNames[number % folderNames.length] as EntryName;
const head = (text: string): string => (text.split('\n').at(-2) ?? text).slice(0, 24);

function pick(all: readonly Shown[], number: number, what: (one: Shown) => boolean): Shown | null {
  const some = all.filter(what);
  return some[number % Math.max(1, some.length)] ?? null;
}
