import type { LibraryId, OrganisationId } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import { isFailure } from '@tidesync/shared/problems';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setLibraryLimit } from '../use-cases/admin/library-limits.ts';
import { setQuota } from '../use-cases/admin/set-quota.ts';
import type { Caller } from '../use-cases/caller.ts';
import { deleteLibrary } from '../use-cases/libraries/delete-library.ts';
import { setMember } from '../use-cases/libraries/set-member.ts';
import { createOrganisation } from '../use-cases/organisations/create-organisation.ts';
import { addMember, removeMember } from '../use-cases/organisations/set-membership.ts';
import { setOrganisationLimit } from '../use-cases/organisations/set-organisation-limit.ts';
import { rebalanceSlices } from '../use-cases/quotas/reclaim-slices.ts';
import { recountQuotas } from '../use-cases/quotas/recount-quotas.ts';
import { expireUploads } from '../use-cases/uploads/expire-uploads.ts';
import type { Chunk, ServerWorld } from './server-world.ts';
import { chunkOf, freshId, TestUpload } from './server-world.ts';

const command = { admin: true };
const MB = 1_000_000;

export interface QuotasContractOptions {
  /** Random histories to try. Default: 12. */
  readonly histories?: number;
  /** Of one test. Default: 240,000. */
  readonly timeoutMs?: number;
}

/** What `docs/spec/quota.md` promises, held against a store: under races, and after whatever history. */
export function quotasContract(
  name: string,
  makeWorld: () => Promise<ServerWorld>,
  { histories = 12, timeoutMs = 240_000 }: QuotasContractOptions = {},
): void {
  describe(`quotas on ${name}`, { timeout: timeoutMs }, () => {
    let world: ServerWorld;
    beforeAll(async () => {
      world = await makeWorld();
    });
    afterAll(() => world.stop());

    test('[Q1] many who race for the last megabyte of an account get exactly that', async () => {
      const owner = await world.addAccount(freshEmail(), MB);
      const libraries = [await world.addLibrary(owner, 'One'), await world.addLibrary(owner, 'Two')];
      const watch = () => requireAccountsWithin(world, [owner]);
      const racers = raceFor(libraries, { count: 40, caller: () => owner });
      expect(await race(world, racers, watch)).toBe(20);
      expect(await accountOf(world, owner)).toMatchObject({ usedBytes: MB, reservedBytes: 0 });
      await requireNoDrift(world);
    });

    test('[Q2] many who race for the last megabyte of a library get exactly that', async () => {
      const owner = await world.addAccount(freshEmail(), 10 * MB);
      const libraryId = await world.addLibrary(owner);
      await setLibraryLimit(world.ports, command, { libraryId, limitBytes: MB });
      const watch = async () => {
        const library = await world.ports.store.read.libraries.byId(libraryId);
        const held = (library?.storedBytes ?? 0) + (library?.reservedBytes ?? 0);
        expect(held).toBeLessThanOrEqual(MB);
      };
      const racers = raceFor([libraryId], { count: 40, caller: () => owner });
      expect(await race(world, racers, watch)).toBe(20);
      expect(await world.ports.store.read.libraries.byId(libraryId)).toMatchObject({
        storedBytes: MB,
        reservedBytes: 0,
      });
      await requireNoDrift(world);
    });

    test('[Q3] many members who race for the last megabyte of a pool get exactly that', async () => {
      const organisation = freshName();
      const { organisationId } = await createOrganisation(world.ports, command, {
        name: organisation,
        limitBytes: MB,
      });
      const members: Caller[] = [];
      const libraries: LibraryId[] = [];
      for (let index = 0; index < 8; index++) {
        const member = await world.addAccount(freshEmail(), 10 * MB);
        await addMember(world.ports, command, { name: organisation, email: member.email });
        members.push(member);
        libraries.push(await world.addLibrary(member));
      }
      const watch = async () => {
        await requireAccountsWithin(world, members);
        const pool = await world.ports.store.read.organisations.byId(organisationId);
        expect(pool?.slicedBytes).toBeLessThanOrEqual(MB);
      };
      const caller = (index: number) => members[index % members.length] as Caller;
      const racers = raceFor(libraries, { count: 40, caller });
      expect(await race(world, racers, watch)).toBe(20);
      const totals = await world.ports.store.read.organisations.totals(organisationId);
      expect(totals).toMatchObject({ usedBytes: MB, reservedBytes: 0, sliceBytes: MB });
      await requireNoDrift(world);
    });

    test('[Q4] one chunk sealed by many uploads at once is charged once', async () => {
      const owner = await world.addAccount(freshEmail(), MB);
      const libraryId = await world.addLibrary(owner);
      const chunk = chunkOf('the same for all'.repeat(100));
      const sent = Array.from({ length: 12 }, async () => {
        const upload = new TestUpload(world, owner, libraryId);
        await upload.begin();
        await upload.missing([chunk]);
        return (await upload.send([chunk])).chargedBytes;
      });
      const charged = await Promise.all(sent);
      expect(charged.filter((sizeBytes) => sizeBytes > 0)).toEqual([chunk.ref.sizeBytes]);
      const usedBytes = chunk.ref.sizeBytes;
      expect(await accountOf(world, owner)).toMatchObject({ usedBytes, reservedBytes: 0 });
      await requireNoDrift(world);
    });

    test('[Q10] after any history, at any concurrency, every number is what it is made of', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 14 }), async (history) => {
          const story = await beginStory(world);
          for (const steps of history) await live(story, steps);
          await requireNoDrift(world);
        }),
        { numRuns: histories, endOnFailure: true },
      );
    });
  });
}

const freshEmail = () => `${freshId()}@example.org`;
const freshName = () => `Organisation ${freshId()}`;

async function accountOf(world: ServerWorld, caller: Caller) {
  const account = await world.ports.store.read.accounts.byId(caller.accountId);
  return account ?? expect.fail('an account stays');
}

async function requireAccountsWithin(world: ServerWorld, callers: readonly Caller[]): Promise<void> {
  for (const caller of callers) {
    const account = await accountOf(world, caller);
    const held = account.usedBytes + account.reservedBytes;
    expect(held).toBeLessThanOrEqual(account.limitBytes);
    if (account.organisationId !== null) expect(held).toBeLessThanOrEqual(account.sliceBytes);
  }
}

async function requireNoDrift(world: ServerWorld): Promise<void> {
  const { drifts } = await recountQuotas(world.ports, { actor: 'server', dryRun: true });
  expect(drifts).toEqual([]);
}

interface Racer {
  readonly caller: Caller;
  readonly libraryId: LibraryId;
  readonly chunk: Chunk;
}

/** Each wants a twentieth of a megabyte of its own. */
function raceFor(
  libraries: readonly LibraryId[],
  { count, caller }: { readonly count: number; readonly caller: (index: number) => Caller },
): Racer[] {
  return Array.from({ length: count }, (_, index) => {
    const text = `${freshId()} `.repeat(2_000).slice(0, MB / 20);
    const libraryId = libraries[index % libraries.length] as LibraryId;
    return { caller: caller(index), libraryId, chunk: chunkOf(text) };
  });
}

/** Lets all run at once and looks on after every step; how many got their bytes stored. */
async function race(
  world: ServerWorld,
  racers: readonly Racer[],
  watch: () => Promise<void>,
): Promise<number> {
  const ends = await Promise.all(
    racers.map(async ({ caller, libraryId, chunk }) => {
      const upload = new TestUpload(world, caller, libraryId);
      await upload.begin();
      try {
        await upload.missing([chunk]);
      } catch (error) {
        if (isFailure(error, 'quotaExceeded')) return false;
        throw error;
      }
      await watch();
      await upload.send([chunk]);
      await watch();
      return true;
    }),
  );
  return ends.filter((got) => got).length;
}

// Random histories: small numbers, so that every limit is met.

const PEOPLE = 3;
const LIBRARIES = 3;
const ORGANISATIONS = 2;
const UPLOADS = 4;
const person = fc.nat(PEOPLE - 1);
const library = fc.nat(LIBRARIES - 1);
const organisation = fc.nat(ORGANISATIONS - 1);
const upload = fc.nat(UPLOADS - 1);
const bound = fc.integer({ min: 0, max: 900 });
/** A chunk is told by its size: the same number is the same chunk. */
const sizes = fc.array(fc.integer({ min: 1, max: 220 }), { minLength: 1, maxLength: 3 });

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('begin'), upload, person, library }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('missing'), upload, sizes }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send'), upload, sizes }) },
  fc.record({ do: fc.constant('expire') }),
  fc.record({ do: fc.constant('transfer'), library, person }),
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete'), library }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join'), person, organisation }) },
  fc.record({ do: fc.constant('leave'), person, organisation }),
  fc.record({ do: fc.constant('poolLimit'), organisation, bound }),
  fc.record({ do: fc.constant('accountLimit'), person, bound }),
  fc.record({ do: fc.constant('libraryLimit'), library, bound: fc.option(bound) }),
  fc.record({ do: fc.constant('rebalance') }),
  fc.record({ do: fc.constant('recount') }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const batch = fc.array(step, { minLength: 1, maxLength: 4 });

interface Story {
  readonly world: ServerWorld;
  readonly people: readonly Caller[];
  readonly libraries: readonly LibraryId[];
  readonly organisations: readonly { readonly name: string; readonly organisationId: OrganisationId }[];
  readonly uploads: TestUpload[];
}

async function beginStory(world: ServerWorld): Promise<Story> {
  const people: Caller[] = [];
  for (let index = 0; index < PEOPLE; index++) {
    people.push(await world.addAccount(freshEmail(), 300 + 300 * index));
  }
  const libraries: LibraryId[] = [];
  for (const owner of people) {
    const libraryId = await world.addLibrary(owner, `Library ${libraries.length}`);
    libraries.push(libraryId);
    for (const other of people) {
      if (other !== owner) {
        await setMember(world.ports, owner, { libraryId, email: other.email, role: 'editor' });
      }
    }
  }
  const organisations = [];
  for (let index = 0; index < ORGANISATIONS; index++) {
    const input = { name: freshName(), limitBytes: 500 + 500 * index };
    organisations.push(await createOrganisation(world.ports, command, input));
  }
  const uploads = Array.from({ length: UPLOADS }, (_, index) => {
    const caller = people[index % PEOPLE] as Caller;
    return new TestUpload(world, caller, libraries[index % LIBRARIES] as LibraryId);
  });
  for (const one of uploads) await one.begin();
  return { world, people, libraries, organisations, uploads };
}

const refusals = [
  'quotaExceeded',
  'newOwnerFull',
  'libraryMissing',
  'libraryNameTaken',
  'notAllowed',
  'uploadExpired',
  'notInOrganisation',
] as const;

/** The steps of a batch at once; then every limit holds that held before, or was set meanwhile. */
async function live(story: Story, steps: readonly Step[]): Promise<void> {
  const before = await numbersOf(story);
  await Promise.all(
    steps.map(async (one) => {
      try {
        await take(story, one);
      } catch (error) {
        if (!isFailure(error, ...refusals)) throw error;
      }
    }),
  );
  const boundsSet = steps.flatMap((one) => {
    if (!('bound' in one)) return [];
    return [one.bound ?? Number.MAX_SAFE_INTEGER];
  });
  const after = await numbersOf(story);
  for (const [id, now] of after) {
    const was = before.get(id) ?? expect.fail('nothing is made in a history');
    const allowed = Math.max(was.heldBytes, was.limitBytes, now.limitBytes, ...boundsSet);
    expect(now.heldBytes, `${now.what} ${JSON.stringify(steps)}`).toBeLessThanOrEqual(allowed);
  }
}

interface Numbers {
  readonly what: string;
  readonly heldBytes: number;
  readonly limitBytes: number;
}

/** What is held below every limit there is. */
async function numbersOf({ world, people, libraries, organisations }: Story): Promise<Map<string, Numbers>> {
  const { read } = world.ports.store;
  const found = new Map<string, Numbers>();
  const slices = new Map<string, number>();
  for (const caller of people) {
    const account = await accountOf(world, caller);
    const heldBytes = account.usedBytes + account.reservedBytes;
    found.set(account.accountId, { what: 'account', heldBytes, limitBytes: account.limitBytes });
    const { organisationId, sliceBytes } = account;
    if (organisationId === null) expect(sliceBytes).toBe(0);
    else {
      expect(heldBytes, 'a slice covers what its member holds').toBeLessThanOrEqual(sliceBytes);
      slices.set(organisationId, (slices.get(organisationId) ?? 0) + sliceBytes);
    }
  }
  for (const id of libraries) {
    const row = (await read.libraries.byId(id)) ?? expect.fail('a library stays');
    const limitBytes = row.limitBytes ?? Number.MAX_SAFE_INTEGER;
    found.set(id, { what: 'library', heldBytes: row.storedBytes + row.reservedBytes, limitBytes });
  }
  for (const { organisationId: id } of organisations) {
    const row = (await read.organisations.byId(id)) ?? expect.fail('an organisation stays');
    expect(row.slicedBytes, 'what is handed out is what members hold').toBe(slices.get(id) ?? 0);
    found.set(id, { what: 'pool', heldBytes: row.slicedBytes, limitBytes: row.limitBytes });
  }
  return found;
}

const chunksOf = (some: readonly number[]): Chunk[] =>
  [...new Set(some)].map((sizeBytes) => chunkOf(`${sizeBytes},`.repeat(220).slice(0, sizeBytes)));

const at = <T>(items: readonly T[], index: number): T => items[index] as T;

async function take(story: Story, one: Step): Promise<unknown> {
  const { world, people, libraries, organisations, uploads } = story;
  const { ports } = world;
  switch (one.do) {
    case 'begin':
      uploads[one.upload] = new TestUpload(world, at(people, one.person), at(libraries, one.library));
      return at(uploads, one.upload).begin();
    case 'missing':
      return at(uploads, one.upload).missing(chunksOf(one.sizes));
    case 'send':
      return at(uploads, one.upload).send(chunksOf(one.sizes));
    case 'expire':
      world.advance(limits.uploadLifeMs + 1);
      return expireUploads(ports);
    case 'transfer': {
      const libraryId = at(libraries, one.library);
      const owner = await ownerOf(story, libraryId);
      return setMember(ports, owner, { libraryId, email: at(people, one.person).email, role: 'owner' });
    }
    case 'delete': {
      const libraryId = at(libraries, one.library);
      return deleteLibrary(ports, await ownerOf(story, libraryId), { libraryId });
    }
    case 'join':
    case 'leave': {
      const change = one.do === 'join' ? addMember : removeMember;
      const { name } = at(organisations, one.organisation);
      return change(ports, command, { name, email: at(people, one.person).email });
    }
    case 'poolLimit': {
      const { name } = at(organisations, one.organisation);
      return setOrganisationLimit(ports, command, { name, limitBytes: one.bound });
    }
    case 'accountLimit':
      return setQuota(ports, command, { email: at(people, one.person).email, limitBytes: one.bound });
    case 'libraryLimit':
      return setLibraryLimit(ports, command, {
        libraryId: at(libraries, one.library),
        limitBytes: one.bound,
      });
    case 'rebalance':
      return rebalanceSlices(ports.store);
    case 'recount':
      return expect((await recountQuotas(ports, { actor: 'server', dryRun: false })).drifts).toEqual([]);
  }
}

async function ownerOf({ world, people }: Story, libraryId: LibraryId): Promise<Caller> {
  const row = await world.ports.store.read.libraries.byId(libraryId);
  const owner = people.find((one) => one.accountId === row?.ownerId);
  return owner ?? expect.fail('a library is owned by someone of the story');
}
