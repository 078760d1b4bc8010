import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topFolderOf } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inspectSqlite } from '../adapters/database/inspect-sqlite.ts';
import { composeChecks } from '../compose-doctor.ts';
import { startServer } from '../compose-server.ts';
import { DATABASE_FILE } from '../compose-store.ts';
import { gatherSettings } from '../settings/gather-settings.ts';
import { makeOp } from '../testing/op-makers.ts';
import type { ServerWorld } from '../testing/server-world.ts';
import { freshEntryId, freshOpId, makeServerWorld, uploadText } from '../testing/server-world.ts';
import { commitOps } from '../use-cases/sync/commit-ops.ts';
import type { NamedFinding } from './check.ts';
import { failed, ok, runChecks } from './check.ts';
import { invariantsCheck } from './database-checks.ts';
import { invariants } from './invariants.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidesync-doctor-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function examine(texts: Readonly<Record<string, string>>): Promise<readonly NamedFinding[]> {
  const sources = [{ where: 'environment' as const, texts }];
  const gathered = gatherSettings(sources, () => fail({ reason: 'internal' }));
  return runChecks(composeChecks(gathered, path.join(folder, 'data')), () => undefined);
}
const lines = (findings: readonly NamedFinding[], level: NamedFinding['level']) =>
  findings.filter((one) => one.level === level).map((one) => `${one.check}: ${one.says}`);

describe('doctor', () => {
  test('before the first start and beside a running server all is well', async () => {
    const dataDir = path.join(folder, 'data');
    const before = await examine({ TIDESYNC_PORT: '0' });
    expect([lines(before, 'failed'), lines(before, 'warning')]).toEqual([[], []]);
    const server = await startServer({ dataDir, port: 0 });
    const beside = await examine({ TIDESYNC_PORT: String(server.port) });
    await server.stop();
    expect(lines(beside, 'failed')).toEqual([]);
    expect(lines(beside, 'ok')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^address: A Tidesync server .* runs at/),
        `invariants: All ${invariants.length} laws of the metadata hold.`,
      ]),
    );
    await chmod(dataDir, 0o755);
    expect(lines(await examine({ TIDESYNC_PORT: '0' }), 'warning')).toEqual([
      `data folder: Others on this machine may look into ${dataDir}.`,
    ]);
  });

  test('wrong settings are all it looks at, and no secret is shown', async () => {
    const findings = await examine({ STORAGE_BACKEND: 'azure', DATABASE_URL: 'mysql://ann:hunter2@db' });
    expect(lines(findings, 'failed')).toHaveLength(2);
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  test('what does not answer, is taken, or is open to others is told', async () => {
    const other = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    const findings = await examine({
      TIDESYNC_PORT: port,
      DATABASE_URL: 'mysql://ann:hunter2@127.0.0.1:1/tidesync',
      NATS_URL: 'nats://ann:hunter2@127.0.0.1:1',
    });
    const open = await examine({ TIDESYNC_PORT: '0', TIDESYNC_HOST: '0.0.0.0' });
    await new Promise((resolve) => other.close(resolve));
    expect(lines(findings, 'failed')).toEqual([
      expect.stringMatching(/^database: The server's database does not answer/),
      expect.stringMatching(/^invariants: The server's database does not answer/),
      `address: http://127.0.0.1:${port} cannot be listened on (EADDRINUSE).`,
    ]);
    expect(lines(findings, 'warning')).toContain(
      'events: NATS at 127.0.0.1:1 does not answer (ECONNREFUSED).',
    );
    expect(JSON.stringify(findings)).not.toContain('hunter2');
    expect(lines(open, 'failed')).toEqual([
      expect.stringMatching(/^transport: The server speaks plain HTTP/),
    ]);
  });

  test('a check that breaks is a finding, and the others still run', async () => {
    const findings = await runChecks(
      [
        { name: 'one', run: () => Promise.reject(new Error('boom')) },
        { name: 'two', run: () => fail({ reason: 'databaseUnavailable' }) },
        { name: 'three', run: async () => [ok('fine'), failed('bad', 'mend it')] },
      ],
      () => undefined,
    );
    expect(findings.map((one) => one.level)).toEqual(['failed', 'failed', 'ok', 'failed']);
  });
});

describe('laws of the metadata', () => {
  let world: ServerWorld;
  let file: string;
  beforeEach(async () => {
    world = await makeServerWorld();
    file = path.join(world.folder, DATABASE_FILE);
    const ann = await world.addAccount('ann@example.org');
    const libraryId = await world.addLibrary(ann);
    const top = topFolderOf(libraryId);
    const docs = freshEntryId();
    const contentId = await uploadText(world, ann, { libraryId, text: 'hello' });
    const first = [
      makeOp.folder(docs, top, 'docs'),
      makeOp.file(freshEntryId(), { parentId: docs, name: 'note', contentId }),
    ];
    for (const ops of [first, [makeOp.folder(freshEntryId(), docs, 'deep')]])
      await commitOps(world.ports, ann, { libraryId, opId: freshOpId(), ops });
  });
  afterEach(() => world.stop());

  const broken = async () => {
    const [first, ...others] = await runChecks([invariantsCheck(() => inspectSqlite(file))], () => undefined);
    return [first, ...others].flatMap((one) => (one?.level === 'failed' ? [one.says] : []));
  };
  const spoil = (statement: string) => {
    const database = new Database(file);
    database.exec(statement);
    database.close();
  };

  test('hold for what commits and uploads leave', async () => expect(await broken()).toEqual([]));

  test.each([
    ['DELETE FROM changes WHERE seq = 1', 'libraries whose history has a gap'],
    ['DELETE FROM commits WHERE last_seq = 3', 'libraries whose chain does not end in their last commit'],
    [
      "UPDATE entries SET name = CAST('other' AS BLOB) WHERE last_seq = 2",
      'entries that are not as their last change left them',
    ],
    ['DELETE FROM entries WHERE last_seq = 1', 'live entries outside any live folder'],
    ['DELETE FROM revisions', 'files whose content is not recorded'],
    ['DELETE FROM packs', 'chunks said to lie in packs that are not sealed'],
    ['DELETE FROM library_members', 'libraries without an owner'],
    [
      'UPDATE accounts SET used_bytes = used_bytes + 1',
      'accounts whose used bytes are not the sum of their libraries',
    ],
    [
      'UPDATE accounts SET reserved_bytes = 1',
      'accounts whose reserved bytes are not the sum of their open uploads',
    ],
  ])('%s is found', async (statement, what) => {
    spoil(statement);
    expect(await broken()).toEqual(expect.arrayContaining([expect.stringContaining(what)]));
  });
});
