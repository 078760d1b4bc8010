import { isDiskError } from '@tidesync/engine/ports/disk';
import type { EntryName, RelPath } from '@tidesync/shared/names';
import { isWithin, joinPath, lastName, parentPath, TOP } from '@tidesync/shared/names';
import { isMounted } from './device-mounts.ts';
import type { Shown } from './disk-texts.ts';
import { bytesOf, everything, isFile, pick } from './disk-texts.ts';
import { START_MS } from './gate.ts';
import { Hands } from './hands.ts';
import {
  fileName,
  folderName,
  IGNORES,
  ignorePattern,
  largeText,
  oddName,
  stockLine,
} from './people-names.ts';
import type { DeedPlan, MeddleDeed, OwnDeed } from './scenario.ts';
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

/** A person at one device, who works on its disk and on nothing else, in steps between which the engine works. */
export class Person {
  readonly #device: SimDevice;
  readonly #ledger: ValueLedger;
  readonly #scheduler: Scheduler;
  readonly #hands: Hands;
  /** What was carried out of the folder, with the paths that it had. */
  #carried: readonly Shown[] = [];
  /** What goes on beside this person's deeds. */
  readonly #programs: Promise<void>[] = [];

  constructor(device: SimDevice) {
    this.#device = device;
    this.#ledger = device.parts.ledger;
    this.#scheduler = device.parts.scheduler;
    this.#hands = new Hands(device);
  }

  /** Does nothing where the deed has no object. */
  async do(plan: DeedPlan): Promise<void> {
    try {
      const all = (await everything(this.#device.disk)).filter((one) => !isMounted(one));
      await this.#deeds[plan.deed as OwnDeed]({ plan, all });
    } catch (error) {
      // The engine, or a power cut, was there first.
      if (!isDiskError(error)) throw error;
      this.#hands.say(`could not ${plan.deed}: ${error.message}`);
    }
  }

  /** Nothing of this person's goes on any more. */
  async programsEnded(): Promise<void> {
    await Promise.all(this.#programs);
  }

  /** There are no ignore rules any more. */
  async stopIgnoring(): Promise<void> {
    if ((await this.#hands.nodeAt(IGNORES))?.kind === 'file') await this.#hands.unlink(IGNORES);
  }

  /** Works on that very path, at once. */
  async meddle(path: RelPath, how: MeddleDeed): Promise<void> {
    const mark = this.#ledger.newMark(this.#device.name);
    this.#hands.say(`in this moment: ${how} ${path}`);
    await this.#hands.orNot(async () => {
      const kind = (await this.#hands.nodeAt(path))?.kind;
      if (how === 'delete' && kind === 'file') await this.#hands.unlink(path);
      if ((how === 'save' || how === 'overwrite') && kind === 'file') await this.#edit(path, how, mark);
      if ((how !== 'make' && how !== 'glimpse') || kind !== undefined) return;
      const text = `${mark}\nmade\n`;
      this.#hands.create(path, text);
      if (how === 'glimpse') void this.#takeBack(path, text);
    });
  }

  async #edit(path: RelPath, how: 'save' | 'overwrite', mark: string): Promise<void> {
    // As long as before, where it can be: then nothing but its times tells, and where they are coarse its bytes alone.
    const sizeBytes = (await this.#hands.nodeAt(path))?.stamp.sizeBytes;
    const text = `${mark}\n`.padEnd(sizeBytes ?? 0, '.');
    if (how === 'overwrite') return this.#hands.overwrite(path, text);
    const made = joinPath(parentPath(path), `~${mark}.new` as EntryName);
    this.#hands.create(made, text);
    await this.#hands.renameOver(made, path);
  }

  async #takeBack(path: RelPath, text: string): Promise<void> {
    await this.#scheduler.wait(GLIMPSE_MS, `${this.#device.name} person takes it back`);
    await this.#hands.orNot(async () => {
      if ((await this.#hands.nodeAt(path))?.kind === 'file' && this.#hands.read(path) === text)
        await this.#hands.unlink(path);
    });
  }

  readonly #deeds: Readonly<Record<OwnDeed, (at: At) => Promise<void>>> = {
    write: (at) => this.#write(at, (mark) => `${mark}\nby ${this.#device.name}\n`),
    large: (at) => this.#write(at, largeText),
    truncate: async (at) => {
      const file = pick(at.all, at.plan.which, isFile);
      if (file === null) return;
      this.#hands.overwrite(file.path, '');
      await this.#hands.next();
      if ((await this.#hands.nodeAt(file.path))?.kind === 'file')
        this.#hands.overwrite(file.path, `${this.#ledger.newMark(this.#device.name)}\n`);
    },
    append: async (at) => {
      const file = pick(at.all, at.plan.which, isFile);
      if (file === null) return;
      for (const part of ['first', 'second']) {
        if ((await this.#hands.nodeAt(file.path))?.kind !== 'file') return;
        const text = this.#hands.read(file.path);
        this.#hands.overwrite(file.path, `${text}${this.#ledger.newMark(this.#device.name)} ${part}\n`);
        await this.#hands.next();
      }
    },
    saveByRename: async ({ plan, all }) => {
      const path = this.#fileOrNew(plan, all);
      const mark = this.#ledger.newMark(this.#device.name);
      // One that a power cut has left under this name is another's, and somebody may have worked with it since.
      const made = joinPath(parentPath(path), `~${mark}.new` as EntryName);
      this.#hands.create(made, `${mark}\nsaved\n`);
      await this.#hands.next();
      await this.#hands.renameOver(made, path);
    },
    delete: async ({ plan, all }) => {
      const one = pick(all, plan.which, ({ node }) => node.kind !== 'folder');
      if (one !== null) await this.#hands.unlink(one.path);
    },
    moveFile: (at) => this.#move(at, ({ node }) => node.kind !== 'folder'),
    moveFolder: (at) => this.#move(at, ({ node }) => node.kind === 'folder'),
    swapNames: async ({ plan, all }) => {
      const one = pick(all, plan.which, isFile);
      const other = pick(all, plan.to, isFile);
      if (one === null || other === null || one.path === other.path) return;
      const between = joinPath(parentPath(one.path), `~swap.${this.#device.name}` as EntryName);
      await this.#hands.rename(one.path, between);
      await this.#hands.next();
      await this.#hands.rename(other.path, one.path);
      await this.#hands.next();
      await this.#hands.rename(between, other.path);
    },
    caseRename: async ({ plan, all }) => {
      const one = pick(all, plan.which, () => true);
      if (one === null) return;
      const name = lastName(one.path);
      const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
      await this.#hands.rename(one.path, joinPath(parentPath(one.path), other as EntryName));
    },
    chmod: async ({ plan, all }) =>
      this.#hands.setAttributes(pick(all, plan.which, isFile), ({ executable }) => ({
        executable: !executable,
      })),
    touch: async ({ plan, all }) =>
      this.#hands.setAttributes(pick(all, plan.which, isFile), () => ({ mtimeMs: START_MS + plan.to * 777 })),
    // As programs do that leave no trace of themselves, and those that put back what they have changed.
    saveWithOldTime: async ({ plan, all }) => {
      const file = pick(all, plan.which, isFile);
      if (file === null) return;
      this.#hands.overwrite(file.path, `${this.#ledger.newMark(this.#device.name)}\nof the same time\n`);
      this.#hands.setAttributes(file, () => ({}));
    },
    makeFolder: async ({ plan, all }) => {
      this.#hands.makeFolder(joinPath(this.#folder(plan.to, all), folderName(plan.name)));
    },
    deleteTree: async ({ plan, all }) => {
      const folder = pick(all, plan.which, ({ node }) => node.kind === 'folder');
      if (folder === null) return;
      const inside = all.filter(({ path }) => isWithin(path, folder.path)).reverse();
      for (const { path, node } of inside) {
        await this.#hands.orNot(async () => {
          if (node.kind === 'folder') this.#hands.removeFolder(path);
          else await this.#hands.unlink(path);
        });
        if (plan.name % 2 === 0) await this.#hands.next();
      }
    },
    remake: async ({ plan, all }) => {
      const file = pick(all, plan.which, isFile);
      if (file === null) return;
      await this.#hands.unlink(file.path);
      await this.#scheduler.wait(plan.to % REMADE_AFTER_MS, `${this.#device.name} person makes it anew`);
      await this.#hands.whileAway();
      if ((await this.#hands.nodeAt(file.path)) !== null) return;
      this.#hands.create(file.path, `${this.#ledger.newMark(this.#device.name)}\nmade anew\n`);
    },
    wrap: async ({ plan, all }) => {
      const folder = pick(all, plan.which, ({ node }) => node.kind === 'folder');
      if (folder === null) return;
      const between = joinPath(parentPath(folder.path), `~wrap.${this.#device.name}` as EntryName);
      await this.#hands.rename(folder.path, between);
      if (plan.name % 2 === 0) await this.#hands.next();
      this.#hands.makeFolder(folder.path);
      await this.#hands.rename(between, joinPath(folder.path, folderName(plan.name)));
    },
    oddName: async (at) => {
      const folder = this.#folder(at.plan.to, at.all);
      const path = joinPath(folder, oddName(at.plan.name));
      const file = pick(at.all, at.plan.which, isFile);
      if (at.plan.which % 3 === 0 && file !== null) return this.#hands.rename(file.path, path);
      if ((await this.#hands.nodeAt(path)) === null)
        this.#hands.create(path, `${this.#ledger.newMark(this.#device.name)}\nodd\n`);
    },
    ignore: async ({ plan }) => {
      const isThere = (await this.#hands.nodeAt(IGNORES))?.kind === 'file';
      const rules = [plan.name, plan.to].map(ignorePattern).join('\n');
      const text = `${rules}\n# ${this.#ledger.newMark(this.#device.name)}\n`;
      if (isThere && plan.which % 3 === 0) await this.#hands.unlink(IGNORES);
      else if (isThere) this.#hands.overwrite(IGNORES, text);
      else this.#hands.create(IGNORES, text);
    },
    bring: async ({ plan, all }) => {
      const above = this.#folder(plan.to, all);
      const folder = joinPath(above, folderName(plan.name));
      this.#hands.disk.makeFolder(folder);
      for (const number of [plan.which, plan.which + 1]) {
        const text = `${this.#ledger.newMark(this.#device.name)}\nbrought\n`;
        this.#hands.disk.write(joinPath(folder, fileName(number)), bytesOf(text));
        this.#ledger.wrote(text, null);
      }
      // It was whole when it came: only where it has come to does anything change.
      this.#hands.say(`brings ${folder}`);
      this.#device.touched(above);
    },
    nest: async ({ plan, all }) => {
      const folders = all.filter(({ node }) => node.kind === 'folder').map(({ path }) => path);
      const one = folders[plan.which % Math.max(1, folders.length)];
      const other = folders[plan.to % Math.max(1, folders.length)];
      if (one === undefined || other === undefined || isWithin(other, one)) return;
      await this.#hands.rename(one, joinPath(other, lastName(one)));
    },
    swapByHand: async ({ plan, all }) => {
      const [one, other] = [pick(all, plan.which, () => true), pick(all, plan.to, () => true)];
      if (one === null || other === null) return;
      if (isWithin(one.path, other.path) || isWithin(other.path, one.path)) return;
      const between = joinPath(parentPath(one.path), `~swap.${this.#device.name}` as EntryName);
      const pause = () =>
        this.#scheduler.wait(plan.name % 3 === 0 ? 0 : BY_HAND_MS, `${this.#device.name} person`);
      await this.#hands.rename(one.path, between);
      await pause();
      await this.#hands.rename(other.path, one.path);
      await pause();
      await this.#hands.rename(between, other.path);
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
      for (const { path } of [file, other ?? file]) await this.#hands.orNot(() => this.#hands.unlink(path));
      await this.#scheduler.wait(plan.name % SHUT_WITHIN_MS, `${this.#device.name} person`);
      this.#hands.say(`shuts ${folder}`);
      this.#hands.disk.deny(folder, true);
      this.#device.touched(folder);
      await this.#scheduler.wait(SHUT_FOR_MS, `${this.#device.name} person`);
      this.#hands.disk.deny(folder, false);
      this.#device.touched(folder);
    },
    stock: (at) =>
      this.#write(at, (mark) => [mark, at.plan.which, at.plan.to, at.plan.name].map(stockLine).join('')),
    writeOpen: (at) => this.#useOpen(at),
    keepOpen: async (at) => {
      this.#programs.push(this.#hands.orNot(() => this.#useOpen(at)));
    },
    carryOff: async ({ plan, all }) => {
      const folder = plan.name % 4 === 0 ? null : pick(all, plan.which, ({ node }) => node.kind === 'folder');
      this.#carried = all.filter(({ path }) => folder === null || isWithin(path, folder.path));
      const tops = this.#carried.filter(({ path }) => path === (folder?.path ?? lastName(path)));
      for (const { path } of tops) {
        this.#hands.say(`carries off ${path}`);
        this.#hands.disk.removeAll(path);
        this.#device.touched(parentPath(path));
      }
      for (const { node, text } of this.#carried)
        if (node.kind === 'file') this.#ledger.ended(text, this.#device.name);
    },
    bringBack: async () => {
      const carried = this.#carried;
      this.#carried = [];
      for (const one of carried) await this.#putThere(one);
    },
    bringBackOne: async () => {
      let [one, ...rest] = this.#carried;
      // With the folders that it is in, which come before it.
      while (one !== undefined && (await this.#putThere(one)) !== 'file') [one, ...rest] = rest;
      this.#carried = rest;
    },
    link: async ({ plan, all }) => {
      const file = pick(all, plan.which, isFile);
      const path = joinPath(this.#folder(plan.to, all), fileName(plan.name));
      if (file === null || (await this.#hands.nodeAt(path)) !== null) return;
      this.#hands.say(`ln ${file.path} ${path}`);
      this.#hands.disk.link(file.path, path);
      this.#hands.hasLinked = true;
      this.#device.touched(parentPath(path));
    },
    makeSymlink: async ({ plan, all }) => {
      const path = joinPath(this.#folder(plan.to, all), fileName(plan.name));
      this.#hands.say(`ln -s ${path}`);
      this.#hands.disk.makeSymlink(path, `target-${plan.which % 5}`);
      this.#device.touched(parentPath(path));
    },
  };

  /** What it has put there; null where something is there already. */
  async #putThere({ path, node, text }: Shown): Promise<Shown['node']['kind'] | null> {
    if ((await this.#hands.nodeAt(path)) !== null) return null;
    if (node.kind === 'folder') this.#hands.makeFolder(path);
    if (node.kind === 'file') this.#hands.bringBack(path, text);
    return node.kind;
  }

  async #write({ plan, all }: At, textFor: (mark: string) => string): Promise<void> {
    const path = this.#fileOrNew(plan, all);
    const text = textFor(this.#ledger.newMark(this.#device.name));
    if ((await this.#hands.nodeAt(path))?.kind === 'file') this.#hands.overwrite(path, text);
    else this.#hands.create(path, text);
  }

  /** A program opens a file, and may write into it a while later, wherever that has gone by then. */
  async #useOpen({ plan, all }: At): Promise<void> {
    const file = pick(all, plan.which, isFile);
    if (file === null) return;
    this.#hands.say(`opens ${file.path}`);
    const { inUse } = this.#device;
    const { inode } = file.node.stamp;
    const handle = this.#hands.disk.open(file.path);
    inUse.add(inode);
    try {
      await this.#scheduler.wait(plan.to * OPEN_FACTOR, `${this.#device.name} person has it open`);
      await this.#hands.whileAway();
      if (plan.name % 4 > 0) await this.#hands.writeInto(file.node, handle);
    } finally {
      inUse.delete(inode);
      handle.close();
    }
  }

  async #move({ plan, all }: At, what: (one: Shown) => boolean): Promise<void> {
    const one = pick(all, plan.which, what);
    if (one === null) return;
    const folder = this.#folder(plan.to, all);
    const keepsName = plan.name % 3 > 0;
    const other = one.node.kind === 'folder' ? folderName(plan.name) : fileName(plan.name);
    const to = joinPath(folder, keepsName ? lastName(one.path) : other);
    if (isWithin(to, one.path)) return;
    await this.#hands.rename(one.path, to);
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
}

interface At {
  readonly plan: DeedPlan;
  readonly all: readonly Shown[];
}

/** Beside the numbers of a plan: files are open for up to twenty seconds. */
const OPEN_FACTOR = 20;
