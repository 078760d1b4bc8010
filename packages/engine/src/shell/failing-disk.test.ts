import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RelPath } from '@tidesync/shared/names';
import { expect, test } from 'vitest';
import { nodeDisk } from '../adapters/node-disk.ts';
import { engineLimits } from '../core/engine-limits.ts';
import type { Disk, DiskFault } from '../ports/disk.ts';
import { isDiskError } from '../ports/disk.ts';
import type { BothSides } from '../testing/both-sides.ts';
import { isEnd, STARTED, scenarios, start } from '../testing/both-sides.ts';
import type { ErrorCode, FileCall, FileFault } from '../testing/failing-files.ts';
import { CHANGING, FailingFiles, READING } from '../testing/failing-files.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { PersonOnRealDisk } from '../testing/person-on-real-disk.ts';
import type { BenchDisk } from '../testing/shell-bench.ts';
import { at, ShellBench, textsOf, turn } from '../testing/shell-bench.ts';
import { HOUSEKEEPING_FIRST_MS } from './housekeeping.ts';

const folderOfTest = () => mkdtempSync(path.join(realpathSync(tmpdir()), 'tidesync-failing-'));

/** How calls fail, and how many one after the other. */
interface Way extends FileFault {
  readonly calls: number;
  /** No others than those of the kind that was first. */
  readonly onlyKind?: true;
  /** Nor of other paths. */
  readonly at?: string;
}

const FOR_GOOD = Number.POSITIVE_INFINITY;
const changeWays: readonly Way[] = [
  { code: 'EIO', extent: 'before', calls: 1 },
  { code: 'EIO', extent: 'after', calls: 1 },
  { code: 'ENOSPC', extent: 'torn', calls: 5 },
  { code: 'EDQUOT', extent: 'before', calls: FOR_GOOD },
  { code: 'EIO', extent: 'after', calls: 5 },
];
const readWays: readonly Way[] = [
  { code: 'EIO', extent: 'before', calls: 1 },
  { code: 'ESTALE', extent: 'before', calls: 5 },
  { code: 'EIO', extent: 'before', calls: FOR_GOOD },
  { code: 'EIO', extent: 'before', calls: FOR_GOOD, onlyKind: true },
];

/** A whole engine over a real folder, whose calls to the file system can fail. */
class RealWorld {
  readonly files: FailingFiles;
  readonly bench: ShellBench<BenchDisk>;
  /** Kinds of calls that failed. */
  readonly hit = new Set<FileCall>();
  /** What this device has deleted on the server, by path. */
  readonly deleted: string[] = [];
  /** What it may delete there. */
  #mayDelete: readonly string[];
  readonly #both: BothSides;
  readonly #restore: () => void;
  readonly #folder: string;

  private constructor(parts: {
    files: FailingFiles;
    bench: ShellBench<BenchDisk>;
    folder: string;
    both: BothSides;
  }) {
    this.files = parts.files;
    this.bench = parts.bench;
    this.#folder = parts.folder;
    this.#both = parts.both;
    this.#mayDelete = parts.both.deletes;
    this.#restore = parts.files.patch();
  }

  /** Both sides were equal and have gone on; the next thing to happen is a round of the engine. */
  static async prepared(both: BothSides): Promise<RealWorld> {
    const folder = folderOfTest();
    const files = new FailingFiles(folder);
    const person = new PersonOnRealDisk(folder);
    const overwrite = async (file: RelPath, bytes: Uint8Array) => person.write(file, bytes);
    const disk: BenchDisk = { ...nodeDisk(folder), overwrite };
    const turns = async () => {
      do await turn();
      while (files.isWaiting);
    };
    const bench = await ShellBench.on({ disk, clock: new FakeClock(Date.now()), turn: turns });
    const world = new RealWorld({ files, bench, folder, both });
    await start(bench);
    bench.start();
    await bench.settle();
    bench.clock.advance(engineLimits.youngMs);
    world.#watchDeletes();
    await both.mine(bench);
    await both.theirs(bench);
    return world;
  }

  #watchDeletes(): void {
    const { library } = this.bench;
    const all = library.paths().map((one) => one.replace(/\/$/, ''));
    const paths = new Map(all.map((one) => [library.at(one).id, one]));
    library.onCommit = (when, { ops }) => {
      if (when !== 'asked') return;
      for (const op of ops) if (op.op === 'delete') this.deleted.push(paths.get(op.entryId) ?? op.entryId);
    };
  }

  /** The `nth` call of that kind (from 0) and those after it, of whatever kind of the list, end as the way says. */
  fail({ kinds, kind, nth, way }: Run): void {
    // What was moved to where nothing can be read is gone from where it was, and is found there later as something new.
    const { deletes, moves } = this.#both;
    this.#mayDelete = kinds === READING ? [...deletes, ...moves] : deletes;
    let before = nth;
    let left = 0;
    this.files.plan = (call, where) => {
      if (way.at !== undefined && way.at !== where) return null;
      if (call === kind && before-- === 0) left = way.calls;
      if (left <= 0 || !(way.onlyKind ? call === kind : kinds.includes(call))) return null;
      left--;
      this.hit.add(call);
      return way;
    };
  }

  /** Lets the engine go on until all is at its end, for as long as its pauses may last; answers what is wrong. */
  async come(): Promise<unknown> {
    for (let tries = 0; tries < 4; tries++) {
      await this.bench.settle();
      if ((await this.wrong()) === null) return null;
      await this.bench.pass(60_000);
    }
    return this.wrong();
  }

  /** Null: both sides are as they have to end. */
  async wrong(): Promise<unknown> {
    const { bench } = this;
    const files = await bench.files();
    const wrongDeletes = this.deleted.filter((one) => !this.#mayDelete.includes(one));
    const isGood =
      isEnd(files, this.#both.end) && (await bench.isSynced()) && (await this.#isExecutableAlike());
    if (isGood && wrongDeletes.length === 0) return null;
    return { files, wrongDeletes, server: bench.library.paths(), log: bench.log };
  }

  /** What lies in `.tidesync` though nothing is under way, or was not written by anybody as it is. */
  async left(): Promise<[string, string][]> {
    const known = new Set([...Object.values(this.#both.end), ...STARTED]);
    const own = await textsOf(this.bench.disk, '.tidesync');
    return Object.entries(own).filter(([name, text]) => !isOwnAtRest(name, text, known));
  }

  async #isExecutableAlike(): Promise<boolean> {
    const { disk, library } = this.bench;
    for (const file of library.paths().filter((one) => !one.endsWith('/'))) {
      const { body } = library.at(file).state;
      const node = await disk.look(at(file));
      if (body.kind === 'file' && node?.executable !== body.executable) return false;
    }
    return true;
  }

  async end(): Promise<void> {
    this.files.plan = null;
    await this.bench.stop();
    this.#restore();
    rmSync(this.#folder, { recursive: true });
  }
}

/** What may lie in `.tidesync` when nothing is under way: nothing but whole contents in the trash. */
function isOwnAtRest(name: string, text: string, known: ReadonlySet<string>): boolean {
  if (name.endsWith('/') || name === 'root.json' || name.startsWith('tally')) return true;
  return name.startsWith('trash/') && known.has(text);
}

/** How many calls of each kind a round makes in which nothing fails. */
async function callsOf(both: BothSides): Promise<Map<FileCall, number>> {
  const world = await RealWorld.prepared(both);
  const calls = new Map<FileCall, number>();
  world.files.plan = (call) => {
    calls.set(call, (calls.get(call) ?? 0) + 1);
    return null;
  };
  expect(await world.come()).toBeNull();
  await world.end();
  return calls;
}

/** Each way at each kind of call, spread over its calls; every other time the engine starts anew. */
function runsOf(calls: Map<FileCall, number>, kinds: readonly FileCall[], ways: readonly Way[]): Run[] {
  const runs: Run[] = [];
  for (const kind of kinds) {
    const count = calls.get(kind) ?? 0;
    for (const [turned, way] of count === 0 ? [] : ways.entries()) {
      const nth = way.onlyKind ? 0 : Math.floor((turned * count) / ways.length);
      runs.push({ kinds, kind, nth, way, isAnew: runs.length % 2 === 0 });
    }
  }
  return runs;
}

/** Answers the kinds of calls that failed in some run. */
async function sweep(both: BothSides, runs: readonly Run[]): Promise<Set<FileCall>> {
  const hit = new Set<FileCall>();
  const other: unknown[] = [];
  for (const run of runs) {
    const world = await RealWorld.prepared(both);
    try {
      const wrong = await outcome(world, run);
      if (wrong !== null) other.push({ run, wrong });
      for (const one of world.hit) hit.add(one);
    } finally {
      await world.end();
    }
  }
  expect(other).toEqual([]);
  return hit;
}

interface Run {
  readonly kinds: readonly FileCall[];
  readonly kind: FileCall;
  readonly nth: number;
  readonly way: Way;
  readonly isAnew: boolean;
}

async function outcome(world: RealWorld, run: Run): Promise<unknown> {
  const { kind, way, isAnew } = run;
  const { bench, files } = world;
  world.fail(run);
  bench.root?.rescan();
  await bench.pass(10_000);
  if (way.onlyKind && way.at === undefined && SIGHT.has(kind) && world.deleted.length > 0)
    return { unseen: world.deleted };
  if (isAnew) await bench.stop();
  files.plan = null;
  if (isAnew) bench.start();
  const wrong = await world.come();
  if (wrong !== null) return wrong;
  await bench.restart();
  await bench.settle();
  await bench.pass(HOUSEKEEPING_FIRST_MS);
  const left = await world.left();
  await bench.stop();
  if (left.length > 0 || files.open.length > 0) return { left, open: files.open };
  return world.wrong();
}

/** Without these nothing is seen of any folder. */
const SIGHT: ReadonlySet<FileCall> = new Set<FileCall>(['holdFolder', 'readdir', 'lstat', 'realpath']);

/** What of a disk can be beyond reading while all around it is well. `old` and `docs` are folders. */
const beyondReading: readonly [FileCall, string][] = [
  ...(['docs', 'docs/a', 'old/b', 'c', 'link'] as const).map((file): [FileCall, string] => ['lstat', file]),
  ...(['docs', 'old'] as const).flatMap((folder): [FileCall, string][] => [
    ['readdir', folder],
    ['holdFolder', folder],
  ]),
  ...(['openForRead', 'stat', 'read'] as const).map((call): [FileCall, string] => [call, 'docs/a']),
  ['readlink', 'link'],
];
const runsBeyondReading = beyondReading.map(([kind, where], index): Run => {
  const way: Way = { code: 'EIO', extent: 'before', calls: FOR_GOOD, onlyKind: true, at: where };
  return { kinds: READING, kind, nth: 0, way, isAnew: index % 2 === 0 };
});

/** Far more than they take: no machine is so slow. */
const LONG = { timeout: 900_000 };

const changed = new Set<FileCall>();
test.each(scenarios)(
  '[T6] %s: the end is the same where changes of a real disk fail for a while',
  LONG,
  async (_, both) => {
    const runs = runsOf(await callsOf(both), CHANGING, changeWays);
    for (const call of await sweep(both, runs)) changed.add(call);
  },
);

test('every kind of change has failed', () => {
  expect([...changed].sort()).toEqual([...CHANGING].sort());
});

const read = new Set<FileCall>();
test.each(scenarios)(
  '[S15] %s: what a real disk cannot read for a while is not gone, and the end is the same',
  LONG,
  async (_, both) => {
    const runs = [...runsOf(await callsOf(both), READING, readWays), ...runsBeyondReading];
    for (const call of await sweep(both, runs)) read.add(call);
  },
);

test('every kind of look has failed', () => {
  expect([...read].sort()).toEqual([...READING].sort());
});

/** Every operation of the port that changes something, one after the other, in a folder with a file `old`. */
async function changeEverything(disk: Disk): Promise<void> {
  const file = await disk.createFile(at('new'));
  try {
    await file.write(new TextEncoder().encode('text'), 0);
    await file.setAttributes({ executable: true, mtimeMs: 1_000 });
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.setAttributes(at('old'), { executable: true, mtimeMs: 1_000 });
  await disk.makeFolder(at('folder'));
  await disk.makeSymlink(at('folder/link'), 'old');
  await disk.link(at('old'), at('folder/linked'));
  await disk.rename(at('folder/linked'), at('renamed'));
  await disk.syncFolder(at('folder'));
  await disk.unlink(at('folder/link'));
  await disk.removeFolder(at('folder'));
}

const saidAs: [ErrorCode, DiskFault][] = [
  ['EIO', 'io'],
  ['ESTALE', 'io'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EROFS', 'readOnly'],
];

test.each(saidAs)('%s of any call that changes something is told as %s', async (code, fault) => {
  for (const kind of CHANGING) {
    const folder = folderOfTest();
    new PersonOnRealDisk(folder).write(at('old'), new TextEncoder().encode('old'));
    const files = new FailingFiles(folder);
    const restore = files.patch();
    files.plan = (call) => (call === kind ? { code, extent: 'before' } : null);
    const error: unknown = await changeEverything(nodeDisk(folder)).catch((thrown: unknown) => thrown);
    restore();
    rmSync(folder, { recursive: true });
    expect([kind, isDiskError(error) ? error.fault : error]).toEqual([kind, fault]);
    expect(files.open).toEqual([]);
  }
});
