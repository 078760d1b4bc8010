import type { EntryId } from '@tidesync/shared/ids';
import { describe, expect, test } from 'vitest';
import { nodeSha256 } from '../adapters/node-environment.ts';
import type { LocalPresent } from '../core/entry.ts';
import type { DiskNode } from '../ports/disk.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { forEveryChoice } from '../testing/next-choices.ts';
import { at, cutterOf, hooked, textsOf, writeNew } from '../testing/shell-bench.ts';
import type { KnownAside } from './asides.ts';
import { recoverAsides } from './asides.ts';
import { layout } from './layout.ts';
import { makeOwnFolders } from './root-folder.ts';
import { swapIn } from './swap-in.ts';
import type { Telling } from './take-expected.ts';

const label = { deviceName: 'desk', today: '2026-01-02' };
const id = '11111111-0000-4000-8000-000000000001' as EntryId;
const temporary = at('.tidesync/tmp/new');
const COPY = 'a (conflict from desk, 2026-01-02)';

interface World {
  readonly disk: MemoryDisk;
  readonly node: DiskNode;
}

async function world(): Promise<World> {
  const disk = new MemoryDisk({ clock: new FakeClock() });
  await makeOwnFolders(disk);
  await writeNew(disk, 'a', 'old');
  await writeNew(disk, temporary, 'new');
  return { disk, node: (await disk.look(at('a'))) as DiskNode };
}

const present = ({ kind, stamp }: DiskNode) => ({ is: 'present', body: { kind }, stamp }) as LocalPresent;

function tellingOf(disk: MemoryDisk): Telling {
  return { disk, cutter: cutterOf(disk), sha256: nodeSha256, clock: new FakeClock() };
}

function swap(disk: MemoryDisk, node: DiskNode) {
  return swapIn(tellingOf(disk), { id, temporary, path: at('a'), expected: present(node), label });
}

async function recover(disk: MemoryDisk, known: Partial<KnownAside> = {}): Promise<readonly string[]> {
  const found = await disk.list(layout.aside);
  return (
    await recoverAsides(tellingOf(disk), {
      found,
      known: () => ({ path: at('a'), agreed: null, movedInto: null, ...known }),
      label,
    })
  ).back;
}

/** What a process does that is killed at that call: nothing more. */
function killedAt(disk: MemoryDisk, number: number): { disk: MemoryDisk; wasKilled: () => boolean } {
  let calls = 0;
  const killed = hooked(disk, async () => {
    if (calls++ >= number) throw new Error('killed');
  });
  return { disk: killed, wasKilled: () => calls > number };
}

test('the new file is in its place and the old one in the trash', async () => {
  const { disk, node } = await world();
  expect((await swap(disk, node)).keptAs).toBeNull();
  expect(await textsOf(disk)).toEqual({ a: 'new' });
  expect(await textsOf(disk, '.tidesync/trash/2026-01-02')).toEqual({ a: 'old' });
});

test('a stop at any call loses neither content, and the next start leaves nothing aside', async () => {
  for (let number = 0; ; number++) {
    const { disk, node } = await world();
    const process = killedAt(disk, number);
    await swap(process.disk, node).catch(() => undefined);
    if (!process.wasKilled()) break;
    await recover(disk);
    const all = Object.values(await textsOf(disk, ''));
    expect(all, `stopped at call ${number}`).toEqual(expect.arrayContaining(['old', 'new']));
    expect(await textsOf(disk, '.tidesync/aside')).toEqual({});
    expect(await disk.look(at('a'))).not.toBeNull();
  }
});

test('a stop at any call leaves no copy beside the new file, if both sides had agreed on what was there', async () => {
  for (let number = 0; ; number++) {
    const { disk, node } = await world();
    const process = killedAt(disk, number);
    await swap(process.disk, node).catch(() => undefined);
    if (!process.wasKilled()) break;
    await recover(disk, { agreed: present(node) });
    const { a, ...others } = await textsOf(disk);
    expect([number, others]).toEqual([number, {}]);
    if (a === 'new') expect(await textsOf(disk, '.tidesync/trash/2026-01-02')).toEqual({ a: 'old' });
    else expect(a).toBe('old');
  }
});

test('somebody’s work that was taken aside never goes to the trash, whatever is in its place', async () => {
  const { disk, node } = await world();
  await disk.rename(at('a'), at(`.tidesync/aside/${id}`));
  await disk.overwrite(at(`.tidesync/aside/${id}`), new TextEncoder().encode('mine, written late'));
  await writeNew(disk, 'a', 'taken');
  await recover(disk, { agreed: present(node) });
  expect(await textsOf(disk)).toEqual({ a: 'taken', [COPY]: 'mine, written late' });
});

test('whatever a power cut at any call keeps of the changes, the name is not gone', async () => {
  for (let number = 0, isOver = false; !isOver; number++) {
    await forEveryChoice(async (choose) => {
      const { disk, node } = await world();
      disk.writeBack();
      const process = killedAt(disk, number);
      await swap(process.disk, node).catch(() => undefined);
      isOver = !process.wasKilled();
      disk.powerCut('strict', choose);
      await recover(disk);
      expect([number, await textsOf(disk)]).toEqual([
        number,
        expect.objectContaining({ a: expect.any(String) }),
      ]);
    });
  }
});

test('a stop at any call of the recovery is made good by the next one', async () => {
  for (let number = 0; ; number++) {
    const { disk } = await world();
    await disk.rename(at('a'), at(`.tidesync/aside/${id}`));
    await writeNew(disk, 'a', 'taken');
    const process = killedAt(disk, number);
    await recover(process.disk).catch(() => undefined);
    if (!process.wasKilled()) break;
    await recover(disk);
    expect(await textsOf(disk)).toEqual({ a: 'taken', [COPY]: 'old' });
  }
});

describe.each<[string, (disk: MemoryDisk) => Promise<void>]>([
  [
    'a save by rename',
    async (disk) => {
      await writeNew(disk, 'made', 'mine');
      await disk.rename(at('made'), at('a'));
    },
  ],
  [
    'a write in place',
    async (disk) => {
      if ((await disk.look(at('a'))) === null) await writeNew(disk, 'a', 'mine');
      else await disk.overwrite(at('a'), new TextEncoder().encode('mine'));
    },
  ],
  [
    'a file made where the name was free',
    async (disk) => {
      if ((await disk.look(at('a'))) === null) await writeNew(disk, 'a', 'mine');
    },
  ],
  [
    'a folder in place of the file',
    async (disk) => {
      if ((await disk.look(at('a')))?.kind === 'file') await disk.unlink(at('a'));
      await disk.makeFolder(at('a'));
      await writeNew(disk, 'a/inside', 'mine');
    },
  ],
])('%s', (_what, deed) => {
  test('at any call is in nobody’s way and in no trash', async () => {
    let did = 0;
    for (let number = 0; ; number++) {
      const { disk, node } = await world();
      let calls = 0;
      const watched = hooked(disk, async () => {
        if (calls++ === number) await deed(disk);
      });
      await swap(watched, node).catch(() => undefined);
      if (calls <= number) break;
      const wasDone = Object.values(await textsOf(disk, '')).includes('mine');
      if (wasDone) did++;
      if (wasDone) expect(Object.values(await textsOf(disk)), `at call ${number}`).toContain('mine');
      expect(Object.keys(await textsOf(disk, '.tidesync/aside'))).toEqual([]);
    }
    expect(did).toBeGreaterThan(0);
  });
});

test('what is written late, through a handle that was open, goes into the file in the trash', async () => {
  const { disk, node } = await world();
  await swap(disk, node);
  await disk.overwrite(at('.tidesync/trash/2026-01-02/a'), new TextEncoder().encode('late'));
  expect(await textsOf(disk)).toEqual({ a: 'new' });
});

test('a full disk leaves the old file in its place', async () => {
  const { disk, node } = await world();
  const full = hooked(disk, async (operation) => (operation === 'link' ? 'full' : null));
  await expect(swap(full, node)).rejects.toMatchObject({ fault: 'full' });
  await recover(disk);
  expect(await textsOf(disk)).toEqual({ a: 'old' });
});

test('what lies aside from a failure comes back, and is never replaced by the next swap', async () => {
  const { disk, node } = await world();
  await writeNew(disk, `.tidesync/aside/${id}`, 'left');
  await swap(disk, node);
  expect(await textsOf(disk)).toEqual({ a: 'new', [COPY]: 'left' });
  expect(await textsOf(disk, '.tidesync/trash/2026-01-02')).toEqual({ a: 'old' });
});

test.each<[string, (disk: MemoryDisk) => Promise<void>, string]>([
  ['is gone', async () => undefined, 'b'],
  ['is a file now', (disk) => writeNew(disk, 'x', 'a file'), 'b'],
  ['is there', (disk) => disk.makeFolder(at('x')), 'x/b'],
])('what is aside comes back where its folder %s', async (_what, prepare, where) => {
  const { disk } = await world();
  await prepare(disk);
  await writeNew(disk, `.tidesync/aside/${id}`, 'left');
  expect(await recover(disk, { path: at('x/b') })).toEqual([where]);
});

test('what is aside comes back even if nobody knows whose it is', async () => {
  const { disk } = await world();
  await writeNew(disk, '.tidesync/aside/what', 'left');
  expect(await recover(disk, { path: at('recovered what') })).toEqual(['recovered what']);
});
