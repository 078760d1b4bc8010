import type { LibraryId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ServerWorld } from '../../testing/server-world.ts';
import { chunkOf, makeServerWorld, refusalOf, TestUpload } from '../../testing/server-world.ts';
import { readQuota } from '../account/read-quota.ts';
import { setQuota } from '../admin/set-quota.ts';
import type { Caller } from '../caller.ts';
import { setMember } from '../libraries/set-member.ts';
import { rebalanceSlices } from '../quotas/reclaim-slices.ts';
import { recountQuotas } from '../quotas/recount-quotas.ts';
import { expireUploads } from '../uploads/expire-uploads.ts';
import { createOrganisation } from './create-organisation.ts';
import { deleteOrganisation } from './delete-organisation.ts';
import { listOrganisationMembers } from './list-organisation-members.ts';
import { listOrganisations } from './list-organisations.ts';
import { addMember, removeMember } from './set-membership.ts';
import { setOrganisationLimit } from './set-organisation-limit.ts';

const admin = { admin: true };
const name = 'University';
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

let world: ServerWorld;
let ann: Caller;
let bob: Caller;
let libraryOf: Map<Caller, LibraryId>;

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org', 10 * GIB);
  bob = await world.addAccount('bob@example.org', 10 * GIB);
  libraryOf = new Map();
  for (const one of [ann, bob]) libraryOf.set(one, await world.addLibrary(one));
  await createOrganisation(world.ports, admin, { name, limitBytes: 1_000 });
});
afterEach(() => world.stop());

const join = (who: Caller, organisation = name) =>
  addMember(world.ports, admin, { name: organisation, email: who.email });
const leave = (who: Caller) => removeMember(world.ports, admin, { name, email: who.email });
const setLimit = (limitBytes: number) => setOrganisationLimit(world.ports, admin, { name, limitBytes });
const pool = () => world.ports.store.read.organisations.byName(name);
const chunk = (sizeBytes: number, mark = 'x') => chunkOf(mark.repeat(sizeBytes));

async function sliceOf(who: Caller): Promise<number | undefined> {
  return (await world.ports.store.read.accounts.byId(who.accountId))?.sliceBytes;
}

/** An upload that holds room for a chunk, or is refused. */
async function hold(who: Caller, sizeBytes: number, mark?: string): Promise<TestUpload> {
  const upload = new TestUpload(world, who, libraryOf.get(who) as LibraryId);
  await upload.begin();
  await upload.missing([chunk(sizeBytes, mark)]);
  return upload;
}
async function store(who: Caller, sizeBytes: number, mark?: string): Promise<void> {
  await (await hold(who, sizeBytes, mark)).send([chunk(sizeBytes, mark)]);
}

async function requireNoDrift(): Promise<void> {
  expect((await recountQuotas(world.ports, { actor: 'server', dryRun: true })).drifts).toEqual([]);
}

describe('a member', () => {
  test('[Q3] needs room in its own limit and in the pool, and is told which of them is full', async () => {
    await join(ann);
    await join(bob);
    await store(ann, 700, 'a');
    expect(await refusalOf(hold(bob, 301))).toEqual({
      reason: 'quotaExceeded',
      limit: 'organisation',
      usedBytes: 700,
      reservedBytes: 0,
      limitBytes: 1_000,
      requestedBytes: 301,
    });
    await setQuota(world.ports, admin, { email: bob.email, limitBytes: 200 });
    expect(await refusalOf(hold(bob, 201))).toMatchObject({ limit: 'account', limitBytes: 200 });
    await store(bob, 200, 'b');
    await requireNoDrift();
  });

  test('[Q5] is not refused while what it needs lies idle with others, or with them and the pool', async () => {
    const carl = await world.addAccount('carl@example.org');
    libraryOf.set(carl, await world.addLibrary(carl));
    for (const one of [ann, bob, carl]) await join(one);
    await hold(ann, 1, 'a');
    expect(await sliceOf(ann)).toBe(1_000);
    await setLimit(1_100);
    await hold(bob, 600, 'b');
    await hold(carl, 499, 'c');
    expect(await pool()).toMatchObject({ slicedBytes: 1_100 });
    expect([await sliceOf(ann), await sliceOf(bob), await sliceOf(carl)]).toEqual([1, 600, 499]);
    expect(await refusalOf(hold(ann, 1, 'd'))).toMatchObject({ limit: 'organisation', reservedBytes: 1_100 });
    await requireNoDrift();
  });

  test('[Q3] writes the pool once per stock, not once per upload', async () => {
    await setLimit(100 * GIB);
    await join(ann);
    for (const mark of ['a', 'b', 'c']) await store(ann, 1_000, mark);
    expect(await sliceOf(ann)).toBe(limits.sliceBytesMax);
    expect(await pool()).toMatchObject({ slicedBytes: limits.sliceBytesMax });
  });

  test('[Q6] gives back what it holds of the pool far beyond its use', async () => {
    await setLimit(100 * GIB);
    await join(ann);
    const upload = await hold(ann, 1, 'a');
    const { accountId } = ann;
    const { organisationId } = (await pool()) ?? expect.fail('the organisation is there');
    await world.ports.store.transact(async (tx) => {
      await tx.organisations.take(organisationId, 4 * GIB);
      await tx.accounts.resizeSlice({ accountId, organisationId, byBytes: 4 * GIB });
    });
    expect(await rebalanceSlices(world.ports.store)).toBe(4 * GIB - 1);
    expect(await sliceOf(ann)).toBe(GIB + 1);
    expect(await rebalanceSlices(world.ports.store)).toBe(0);
    await upload.send([chunk(1, 'a')]);
    await requireNoDrift();
  });

  test('[Q8] joins only where there is room for what it uses, also gathered from others', async () => {
    await store(ann, 600, 'a');
    await join(bob);
    await hold(bob, 500, 'b');
    const refusal = await refusalOf(join(ann));
    expect(refusal).toMatchObject({ limit: 'organisation', reservedBytes: 500, requestedBytes: 600 });
    await setLimit(1_100);
    await join(ann);
    await join(ann);
    expect([await sliceOf(ann), await sliceOf(bob)]).toEqual([600, 500]);
    await requireNoDrift();
  });

  test('[Q8] moves from one organisation to another, and leaves, with what it holds of them', async () => {
    await createOrganisation(world.ports, admin, { name: 'Choir', limitBytes: 2_000 });
    await join(ann);
    await store(ann, 900, 'a');
    await join(ann, 'Choir');
    expect(await pool()).toMatchObject({ slicedBytes: 0 });
    expect(await refusalOf(leave(ann))).toEqual({
      reason: 'notInOrganisation',
      email: ann.email,
      organisation: name,
    });
    await removeMember(world.ports, admin, { name: 'Choir', email: ann.email });
    expect(await sliceOf(ann)).toBe(0);
    await store(ann, 5_000, 'b');
    await requireNoDrift();
  });

  test('[Q8] takes a library over only where its pool has room', async () => {
    await join(bob);
    await store(ann, 1_001, 'a');
    const libraryId = libraryOf.get(ann) as LibraryId;
    const input = { libraryId, email: bob.email, role: 'owner' as const };
    await world.ports.store.transact((tx) => tx.libraries.rename(libraryId, 'Thesis'));
    expect(await refusalOf(setMember(world.ports, ann, input))).toEqual({
      reason: 'newOwnerFull',
      email: bob.email,
    });
    await setLimit(1_001);
    await setMember(world.ports, ann, input);
    expect(await sliceOf(bob)).toBe(1_001);
    await requireNoDrift();
  });
});

describe('an organisation', () => {
  test('[Q7] whose limit falls below what is used loses nothing and takes no more', async () => {
    await setLimit(200 * MIB);
    await join(ann);
    await join(bob);
    await store(ann, 700, 'a');
    await store(bob, 100, 'b');
    await setLimit(500);
    expect([await sliceOf(ann), await sliceOf(bob)]).toEqual([700, 100]);
    for (const one of [ann, bob]) {
      expect(await refusalOf(hold(one, 1, 'c'))).toMatchObject({ limit: 'organisation', limitBytes: 500 });
    }
    await setLimit(801);
    await store(bob, 1, 'c');
    await requireNoDrift();
  });

  test('[Q7] over its limit takes back what becomes idle, before it hands out anything', async () => {
    await join(ann);
    await join(bob);
    await hold(ann, 900, 'a');
    await setLimit(500);
    world.advance(limits.uploadLifeMs + 1);
    await expireUploads(world.ports);
    expect(await sliceOf(ann)).toBe(900);
    await hold(bob, 500, 'b');
    expect(await refusalOf(hold(ann, 1, 'c'))).toMatchObject({ limit: 'organisation', reservedBytes: 500 });
    expect([await sliceOf(ann), await sliceOf(bob)]).toEqual([0, 500]);
    await requireNoDrift();
  });

  test('[Q9] is deleted only without members; its name is free again then', async () => {
    await join(ann);
    const remove = () => deleteOrganisation(world.ports, admin, { name });
    expect(await refusalOf(remove())).toEqual({
      reason: 'organisationNotEmpty',
      organisation: name,
      members: 1,
    });
    const again = () => createOrganisation(world.ports, admin, { name, limitBytes: 5 });
    expect(await refusalOf(again())).toEqual({ reason: 'organisationTaken', organisation: name });
    await leave(ann);
    await remove();
    expect(await refusalOf(join(ann))).toEqual({ reason: 'organisationMissing', organisation: name });
    expect(await again()).toMatchObject({ name, limitBytes: 5, members: 0 });
  });

  test('is listed in pages with its sums, and its members with theirs', async () => {
    await createOrganisation(world.ports, admin, { name: 'Choir', limitBytes: 2_000 });
    await join(ann);
    await join(bob);
    await store(ann, 10, 'a');
    await hold(bob, 20, 'b');
    const first = await listOrganisations(world.ports, admin, { pageToken: null, limit: 1 });
    expect(first.organisations.map((one) => one.name)).toEqual(['Choir']);
    const second = await listOrganisations(world.ports, admin, { pageToken: first.nextPageToken, limit: 5 });
    const sums = { members: 2, usedBytes: 10, reservedBytes: 20, slicedBytes: 1_000 };
    expect(second).toMatchObject({ organisations: [{ name, ...sums }], nextPageToken: null });
    const page = { name, limit: 1 };
    const one = await listOrganisationMembers(world.ports, admin, { ...page, pageToken: null });
    const { nextPageToken: pageToken } = one;
    const two = await listOrganisationMembers(world.ports, admin, { ...page, pageToken });
    const emails = [...one.members, ...two.members].map((member) => member.email);
    expect(emails.toSorted()).toEqual([ann.email, bob.email]);
  });

  test('is shown to its members with the other limits that apply', async () => {
    await join(ann);
    await store(ann, 10, 'a');
    const libraryId = libraryOf.get(ann) as LibraryId;
    await world.ports.store.transact((tx) => tx.libraries.setLimit(libraryId, 50));
    expect(await readQuota(world.ports, ann)).toEqual({
      limitBytes: 10 * GIB,
      usedBytes: 10,
      reservedBytes: 0,
      organisation: { name, limitBytes: 1_000, usedBytes: 10, reservedBytes: 0 },
      libraries: [{ libraryId, name: 'Photos', limitBytes: 50, storedBytes: 10, reservedBytes: 0 }],
    });
    expect(await readQuota(world.ports, bob)).toMatchObject({ organisation: null, libraries: [] });
  });

  test('is for administrators alone', async () => {
    const calls = [
      createOrganisation(world.ports, ann, { name: 'Mine', limitBytes: 1 }),
      setOrganisationLimit(world.ports, ann, { name, limitBytes: 1 }),
      deleteOrganisation(world.ports, ann, { name }),
      addMember(world.ports, ann, { name, email: ann.email }),
      removeMember(world.ports, ann, { name, email: ann.email }),
      listOrganisations(world.ports, ann, { pageToken: null, limit: 1 }),
      listOrganisationMembers(world.ports, ann, { name, pageToken: null, limit: 1 }),
    ];
    for (const call of calls) expect(await refusalOf(call)).toEqual({ reason: 'adminOnly' });
  });
});
