import type { LibraryId, OrganisationId } from '@tidesync/shared/ids';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Writes } from '../../ports/store.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { chunkOf, makeServerWorld, refusalOf, TestUpload } from '../../testing/server-world.ts';
import { setLibraryLimit } from '../admin/library-limits.ts';
import type { Caller } from '../caller.ts';
import { deleteLibrary } from '../libraries/delete-library.ts';
import { createOrganisation } from '../organisations/create-organisation.ts';
import { addMember } from '../organisations/set-membership.ts';
import { rebalanceSlices } from './reclaim-slices.ts';
import { recountAsAdmin } from './recount-as-admin.ts';
import { recountQuotas, recountQuotasIfDue } from './recount-quotas.ts';

const admin = { admin: true };
const DAY_MS = 24 * 3_600_000;

let world: ServerWorld;
let ann: Caller;
let libraryId: LibraryId;
let upload: TestUpload;
let organisationId: OrganisationId;

/** Ann uses 100 bytes, holds 40 more, and has 1,000 of a pool. */
beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(ann);
  const input = { name: 'University', limitBytes: 1_000 };
  organisationId = (await createOrganisation(world.ports, admin, input)).organisationId;
  await addMember(world.ports, admin, { name: input.name, email: ann.email });
  upload = new TestUpload(world, ann, libraryId);
  await upload.begin();
  const stored = chunkOf('a'.repeat(100));
  await upload.missing([stored, chunkOf('b'.repeat(40))]);
  await upload.send([stored]);
});
afterEach(() => world.stop());

const write = (body: (tx: Writes) => Promise<void>) => world.ports.store.transact(body);
const recount = (dryRun = false) => recountQuotas(world.ports, { actor: 'server', dryRun });
async function numbers() {
  const { read } = world.ports.store;
  return {
    upload: (await read.content.upload(upload.uploadId))?.reservedBytes,
    library: await read.recount.library(libraryId),
    account: await read.accounts.byId(ann.accountId),
    sliced: (await read.organisations.byId(organisationId))?.slicedBytes,
  };
}
async function repairs() {
  const lines = await world.ports.store.read.audit.page({ before: null, sinceMs: 0, limit: 100 });
  return lines
    .filter((line) => line.action === 'quotaRepaired')
    .map(({ target, details }) => ({ target, ...details }));
}

describe('the recount', () => {
  test('[Q10] finds nothing where nothing has drifted, and says what it went through', async () => {
    expect(await recount()).toEqual({
      dryRun: false,
      uploads: 1,
      libraries: 1,
      accounts: 1,
      organisations: 1,
      driftsFound: 0,
      drifts: [],
    });
    expect(await repairs()).toEqual([]);
  });

  test.each<[what: string, drift: (tx: Writes) => Promise<void>, found: object[]]>([
    [
      'what an upload holds',
      (tx) => tx.recount.correctUpload(upload.uploadId, { reservedBytes: 7 }),
      [{ what: 'upload', field: 'reservedBytes', foundBytes: 7, countedBytes: 40 }],
    ],
    [
      'what a library stores and holds',
      (tx) => tx.recount.correctLibrary(libraryId, { storedBytes: 99, reservedBytes: 0 }),
      [
        { what: 'library', field: 'storedBytes', foundBytes: 99, countedBytes: 100 },
        { what: 'library', field: 'reservedBytes', foundBytes: 0, countedBytes: 40 },
      ],
    ],
    [
      'a library that seems huge, so that it is counted in ranges',
      (tx) => tx.recount.correctLibrary(libraryId, { storedBytes: 1e14, reservedBytes: 40 }),
      [{ what: 'library', field: 'storedBytes', foundBytes: 1e14, countedBytes: 100 }],
    ],
    [
      'what an account uses and holds',
      (tx) => tx.recount.correctAccount(ann.accountId, { usedBytes: 1, reservedBytes: 2, sliceBytes: 1_000 }),
      [
        { what: 'account', field: 'usedBytes', foundBytes: 1, countedBytes: 100 },
        { what: 'account', field: 'reservedBytes', foundBytes: 2, countedBytes: 40 },
      ],
    ],
    [
      'what a pool has handed out',
      (tx) => tx.recount.correctOrganisation(organisationId, { slicedBytes: 1 }),
      [{ what: 'organisation', field: 'slicedBytes', foundBytes: 1, countedBytes: 1_000 }],
    ],
  ])('[Q11] repairs %s, with a line of the audit for every number', async (_what, drift, found) => {
    const right = await numbers();
    await write(drift);
    const wrong = await numbers();
    const dry = await recount(true);
    expect(dry.drifts).toEqual(found.map((one) => expect.objectContaining(one)));
    expect(await numbers()).toEqual(wrong);
    expect(await repairs()).toEqual([]);
    expect(await recount()).toMatchObject({ driftsFound: found.length, drifts: dry.drifts });
    expect(await numbers()).toEqual(right);
    expect(await repairs()).toEqual(expect.arrayContaining(found.map((one) => expect.objectContaining(one))));
    expect((await recount()).driftsFound).toBe(0);
  });

  test('[Q11] makes a slice as large as what its member uses, though the pool be over its limit then', async () => {
    await write(async (tx) => {
      await tx.recount.correctAccount(ann.accountId, { usedBytes: 100, reservedBytes: 40, sliceBytes: 10 });
      await tx.recount.correctOrganisation(organisationId, { slicedBytes: 10 });
      await tx.organisations.setLimit(organisationId, 50);
    });
    expect(await recount()).toMatchObject({ driftsFound: 1, drifts: [{ field: 'sliceBytes' }] });
    const { account, sliced } = await numbers();
    expect([account?.sliceBytes, sliced]).toEqual([140, 140]);
    expect((await recount()).driftsFound).toBe(0);
  });

  test('[Q10] counts what deleted libraries still store', async () => {
    await deleteLibrary(world.ports, ann, { libraryId });
    expect((await recount()).drifts).toEqual([]);
    expect((await numbers()).account).toMatchObject({ usedBytes: 100, reservedBytes: 40 });
  });

  test('[Q12] is done once a day by the servers, and whenever an administrator wants', async () => {
    expect(await recountQuotasIfDue(world.ports)).toMatchObject({ driftsFound: 0 });
    world.advance(DAY_MS - 1);
    expect(await recountQuotasIfDue(world.ports)).toBeNull();
    world.advance(2);
    expect(await recountQuotasIfDue(world.ports)).toMatchObject({ driftsFound: 0 });
    expect(await recountAsAdmin(world.ports, admin, { dryRun: true })).toMatchObject({ dryRun: true });
    expect(await refusalOf(recountAsAdmin(world.ports, ann, { dryRun: true }))).toEqual({
      reason: 'adminOnly',
    });
  });
});

test('[Q12] two servers that recount at once do each other no harm', async () => {
  await Promise.all([recount(), recount(), rebalanceSlices(world.ports.store)]);
  expect((await recount()).drifts).toEqual([]);
});

test('[Q2] a limit of a library below what it stores takes nothing away and lets nothing more in', async () => {
  await setLibraryLimit(world.ports, admin, { libraryId, limitBytes: 50 });
  const refusal = await refusalOf(upload.missing([chunkOf('c')]));
  expect(refusal).toEqual({
    reason: 'quotaExceeded',
    limit: 'library',
    usedBytes: 100,
    reservedBytes: 40,
    limitBytes: 50,
    requestedBytes: 1,
  });
  await upload.send([chunkOf('b'.repeat(40))]);
  await setLibraryLimit(world.ports, admin, { libraryId, limitBytes: null });
  await upload.missing([chunkOf('c')]);
  expect((await recount()).drifts).toEqual([]);
});
