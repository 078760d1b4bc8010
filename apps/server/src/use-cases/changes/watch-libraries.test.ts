import type { LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalDoorbells } from '../../adapters/events/local-doorbells.ts';
import { localDoorbells } from '../../adapters/events/local-doorbells.ts';
import { makeOp } from '../../testing/op-makers.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { freshEntryId, freshOpId, makeServerWorld } from '../../testing/server-world.ts';
import { suspendUser } from '../admin/suspend-user.ts';
import type { Caller } from '../caller.ts';
import { createLibrary } from '../libraries/create-library.ts';
import { deleteLibrary } from '../libraries/delete-library.ts';
import { removeMember } from '../libraries/remove-member.ts';
import { setMember } from '../libraries/set-member.ts';
import { commitOps } from '../sync/commit-ops.ts';
import { ringMovedHeads } from './ring-moved-heads.ts';
import { watchLibraries } from './watch-libraries.ts';

let world: ServerWorld;
let ann: Caller;
let bob: Caller;
let photos: LibraryId;
/** Another server on the same database, which nothing tells what happens on the first one. */
let other: { readonly store: ServerWorld['ports']['store']; readonly doorbells: LocalDoorbells };
let stop: AbortController;

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  bob = await world.addAccount('bob@example.org');
  photos = await world.addLibrary(ann);
  other = { store: world.ports.store, doorbells: localDoorbells() };
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await world.stop();
});

type Ports = Parameters<typeof watchLibraries>[0];

/** The bells of a watch, one by one. */
function watchAs(
  caller: Caller,
  ports: Ports = world.ports,
  confirm: () => Promise<unknown> = async () => null,
) {
  const bells = watchLibraries(ports, { caller, confirm }, stop.signal);
  return async (): Promise<Doorbell | undefined> => {
    const next = await bells.next();
    return next.done === true ? undefined : next.value;
  };
}

const commit = (caller: Caller, libraryId: LibraryId, name: string) =>
  commitOps(world.ports, caller, {
    libraryId,
    opId: freshOpId(),
    ops: [makeOp.folder(freshEntryId(), topFolderOf(libraryId), name)],
  });

test('[W20] a watch hears of libraries that are joined, made, lost and deleted meanwhile', async () => {
  const next = watchAs(bob);
  const first = next();
  await setMember(world.ports, ann, { libraryId: photos, email: bob.email, role: 'editor' });
  expect(await first).toEqual({ libraryId: photos, headSeq: 0 });
  await commit(ann, photos, 'a');
  expect(await next()).toEqual({ libraryId: photos, headSeq: 1 });
  const music = await world.addLibrary(bob, 'Music');
  world.ports.doorbells.ringAccess(bob.accountId);
  expect(await next()).toEqual({ libraryId: music, headSeq: 0 });
  await removeMember(world.ports, ann, { libraryId: photos, email: bob.email });
  expect(await next()).toEqual({ libraryId: photos, headSeq: 1 });
  await commit(ann, photos, 'b');
  await deleteLibrary(world.ports, bob, { libraryId: music });
  expect(await next()).toEqual({ libraryId: music, headSeq: 0 });
});

test('a library that was made elsewhere is heard of', async () => {
  const next = watchAs(ann);
  await next();
  const { libraryId } = await createLibrary(world.ports, ann, {
    libraryId: '00000000-0000-4000-8000-000000000001' as LibraryId,
    name: 'New',
  });
  expect(await next()).toEqual({ libraryId, headSeq: 0 });
});

test('a watch that has to look again tells what moved meanwhile, and nothing else', async () => {
  const music = await world.addLibrary(ann, 'Music');
  const next = watchAs(ann, other);
  await next();
  await next();
  await commit(ann, music, 'a');
  other.doorbells.lookAgain();
  expect(await next()).toEqual({ libraryId: music, headSeq: 1 });
  await commit(ann, photos, 'a');
  other.doorbells.lookAgain();
  expect(await next()).toEqual({ libraryId: photos, headSeq: 1 });
});

test('[W20] a watch whose access may have changed is confirmed at once, and ends if it is refused', async () => {
  let refused = false;
  const confirm = async () => {
    if (refused) throw new Error('no');
  };
  const next = watchAs(ann, world.ports, confirm);
  await next();
  const end = next();
  refused = true;
  await suspendUser(world.ports, { admin: true }, { email: ann.email, suspended: true });
  await expect(end).rejects.toThrow('no');
});

test('[W21] servers that cannot ring for each other find moved heads by looking', async () => {
  const listeners = other.doorbells;
  const next = watchAs(ann, other);
  expect(await next()).toEqual({ libraryId: photos, headSeq: 0 });
  const bell = next();
  await ringMovedHeads({ store: other.store, listeners });
  await commit(ann, photos, 'a');
  await ringMovedHeads({ store: other.store, listeners });
  expect(await bell).toEqual({ libraryId: photos, headSeq: 1 });
  const gone = next();
  await deleteLibrary(world.ports, ann, { libraryId: photos });
  await ringMovedHeads({ store: other.store, listeners });
  expect(await gone).toEqual({ libraryId: photos, headSeq: 1 });
});

test('no look for moved heads is taken while nobody listens', async () => {
  const read = new Proxy(other.store.read, {
    get: () => expect.fail('the database was asked'),
  });
  await ringMovedHeads({ store: { read }, listeners: other.doorbells });
});
