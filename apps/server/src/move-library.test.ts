import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MoveSource } from './ports/moving.ts';
import { MovingBench, stopAfter } from './testing/moving-bench.ts';
import { allRows, livePorts } from './testing/moving-world.ts';
import type { ServerWorld } from './testing/server-world.ts';
import { refusalOf } from './testing/server-world.ts';
import { listChanges } from './use-cases/changes/list-changes.ts';
import { readRevisions } from './use-cases/downloads/read-revisions.ts';
import { adoptedSource, libraryTarget, requireOwner } from './use-cases/moving/library-target.ts';
import { libraryScope, liveSource } from './use-cases/moving/live-source.ts';
import type { MoveWatch } from './use-cases/moving/move-watch.ts';
import { requireWholeImport } from './use-cases/moving/require-whole.ts';
import { recountQuotas } from './use-cases/quotas/recount-quotas.ts';
import { listTrash } from './use-cases/trash/list-trash.ts';
import { listTree } from './use-cases/tree/list-tree.ts';
import { verifyPacksJob } from './use-cases/verify/verify-packs.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let bench: MovingBench;
let world: ServerWorld;
let other: ServerWorld;
let folder: string;

beforeEach(async () => {
  bench = await MovingBench.make();
  ({ world, other, folder } = bench);
});
afterEach(() => bench.stop());

describe('one library', () => {
  const scopeOf = () => libraryScope(livePorts(world), 'Bücher');
  const exportLibrary = async (watch?: MoveWatch) =>
    bench.run({ source: liveSource(livePorts(world), await scopeOf()), target: bench.toFolder() }, watch);
  async function importLibrary(
    adopt: { ownerEmail?: string; name?: string; withMembers?: boolean } = {},
    watch?: MoveWatch,
  ) {
    const source = await bench.fromFolder();
    if (source.scope.kind !== 'library') throw new Error('a library was exported');
    const { ownerEmail = 'zoe@example.org', name = null, withMembers = false } = adopt;
    const adoption = { scope: source.scope, ownerEmail, name, withMembers };
    const { accountId } = await requireOwner(livePorts(other), adoption);
    const target = libraryTarget(livePorts(other), adoption);
    return bench.run({ source: adoptedSource(source, accountId), target }, watch);
  }

  test('[X9] comes to another server under an account there, with its files and its history', async () => {
    const zoe = await other.addAccount('zoe@example.org');
    await exportLibrary();
    await importLibrary();
    const { libraryId, ann } = bench.filled;
    const page = { libraryId, pageToken: null, limit: 1_000 };
    const [there, here] = [await listTree(world.ports, ann, page), await listTree(other.ports, zoe, page)];
    expect(here).toEqual(there);
    const cursor = `${libraryId}.0.${'0'.repeat(64)}`;
    const changes = { libraryId, cursor, limit: 1_000 };
    expect(await listChanges(other.ports, zoe, changes)).toEqual(
      await listChanges(world.ports, ann, changes),
    );
    const contentIds = here.entries.flatMap((entry) => (entry.kind === 'file' ? [entry.contentId] : []));
    expect((await readRevisions(other.ports, zoe, { libraryId, contentIds })).revisions).toHaveLength(
      contentIds.length,
    );
    const trash = await listTrash(other.ports, zoe, { libraryId, pageToken: null, limit: 10 });
    expect(trash).toEqual(await listTrash(world.ports, ann, { libraryId, pageToken: null, limit: 10 }));
    const library = (await other.ports.store.read.libraries.listFor(zoe.accountId))[0];
    expect(library).toMatchObject({ libraryId, name: 'Bücher', role: 'owner' });
  });

  test('[X9] is charged to the account that takes it over, and refused if it does not fit', async () => {
    const zoe = await other.addAccount('zoe@example.org', 10);
    await exportLibrary();
    expect(await refusalOf(importLibrary())).toMatchObject({ reason: 'quotaExceeded' });
    await other.ports.store.transact((tx) => tx.accounts.setLimit(zoe.accountId, 1_000_000));
    await importLibrary();
    const account = await other.ports.store.read.accounts.byId(zoe.accountId);
    const rows = (await allRows(other)).locations.map((line) => JSON.parse(line));
    const charged = rows.reduce((sum, row) => sum + (row.charged ? row.storedBytes : 0), 0);
    expect(account).toMatchObject({ usedBytes: charged, reservedBytes: 0 });
    expect(charged).toBeGreaterThan(0);
  });

  test('[X9] is charged for every chunk once, whatever its rows say of that', async () => {
    const zoe = await other.addAccount('zoe@example.org');
    await exportLibrary();
    const source = await bench.fromFolder();
    const free: MoveSource = {
      ...source,
      async *pages(table, after) {
        for await (const page of source.pages(table, after)) {
          if (table === 'locations') yield page.map((row) => ({ ...row, charged: false }));
          else yield table === 'libraries' ? page.map((row) => ({ ...row, storedBytes: 0 })) : page;
        }
      },
    };
    if (source.scope.kind !== 'library') throw new Error('a library was exported');
    const adoption = { scope: source.scope, ownerEmail: zoe.email, name: null, withMembers: false };
    const target = libraryTarget(livePorts(other), adoption);
    await bench.run({ source: adoptedSource(free, zoe.accountId), target });
    const rows = (await allRows(other)).locations.map((line) => JSON.parse(line));
    const bytesOf = new Map<string, number>(rows.map((row) => [row.chunkId, row.storedBytes]));
    const usedBytes = [...bytesOf.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
    expect(usedBytes).toBeGreaterThan(0);
    expect(await other.ports.store.read.accounts.byId(zoe.accountId)).toMatchObject({ usedBytes });
    expect((await recountQuotas(other.ports, { actor: 'server', dryRun: true })).drifts).toEqual([]);
  });

  test('[X9] trusts nothing as verified, and signs nobody in', async () => {
    await other.addAccount('zoe@example.org');
    await exportLibrary();
    await importLibrary();
    const rows = await allRows(other);
    expect(rows.locations.some((line) => line.includes('"verified":true'))).toBe(false);
    expect(rows.packs.every((line) => line.includes('"state":"sealed"'))).toBe(true);
    const devices = rows.devices.map((line) => JSON.parse(line));
    const known = new Set([bench.filled.ann.deviceId, bench.filled.bob.deviceId] as string[]);
    const moved = devices.filter((one) => known.has(one.deviceId));
    expect(moved).toHaveLength(2);
    expect(moved.every((one) => one.revokedAtMs !== null)).toBe(true);
    const exported = await readFile(join(folder, 'manifest.json'), 'utf8');
    const { tokenHash } = JSON.parse((await allRows(world)).devices[0] as string);
    expect(exported).not.toContain(tokenHash);
    expect(await readdir(join(folder, 'rows'))).not.toContain('accounts-000001.jsonl');
  });

  test('[X9] brings its members along only if that is wanted', async () => {
    await other.addAccount('zoe@example.org');
    const bob = await other.addAccount('bob@example.org');
    await exportLibrary();
    await importLibrary({ withMembers: true, name: 'Books' });
    const { members, roleOf } = other.ports.store.read.libraries;
    expect((await members(bench.filled.libraryId)).map((one) => one.email)).toEqual([
      'zoe@example.org',
      'bob@example.org',
    ]);
    expect(await roleOf(bench.filled.libraryId, bob.accountId)).toBe('editor');
  });

  test.each([1, 4, 9, 12, 15])(
    '[X9] stopped after %i steps nobody sees it, and the same again brings it',
    async (steps) => {
      const zoe = await other.addAccount('zoe@example.org');
      expect(await refusalOf(exportLibrary(stopAfter(steps)))).toEqual({ reason: 'moveStopped' });
      await exportLibrary();
      expect(await refusalOf(importLibrary({}, stopAfter(steps)))).toEqual({ reason: 'moveStopped' });
      expect(await other.ports.store.read.libraries.listFor(zoe.accountId)).toEqual([]);
      await requireWholeImport(other.ports.store);
      await importLibrary();
      expect(await other.ports.store.read.libraries.listFor(zoe.accountId)).toHaveLength(1);
      expect(await importLibrary()).toBeNull();
    },
  );

  test.each([12, 14, 16, 18])(
    '[X9] stopped after %i steps beside a server that verifies packs, the same again brings it',
    async (steps) => {
      await other.addAccount('zoe@example.org');
      await exportLibrary();
      expect(await refusalOf(importLibrary({}, stopAfter(steps)))).toEqual({ reason: 'moveStopped' });
      const verifier = verifyPacksJob(other.ports, {
        pause: async () => undefined,
        onDamaged: () => undefined,
      });
      const { signal } = new AbortController();
      expect(await verifier.run(signal)).toEqual({ verified: 0, damaged: 0 });
      await importLibrary();
      const { verified, damaged } = await verifier.run(signal);
      expect([verified > 0, damaged]).toEqual([true, 0]);
    },
  );

  test('[X9] takes no name that is taken, and comes to nobody who is not there', async () => {
    const zoe = await other.addAccount('zoe@example.org');
    await other.addLibrary(zoe, 'Bücher');
    await exportLibrary();
    expect(await refusalOf(importLibrary())).toEqual({ reason: 'libraryNameTaken', library: 'Bücher' });
    expect(await refusalOf(importLibrary({ ownerEmail: 'nobody@example.org' }))).toMatchObject({
      reason: 'accountMissing',
    });
    await importLibrary({ name: 'Others' });
    expect(await refusalOf(libraryScope(livePorts(world), 'No such'))).toMatchObject({
      reason: 'libraryMissing',
    });
  });
});
