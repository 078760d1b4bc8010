import { randomUUID } from 'node:crypto';
import type { EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { isFailure } from '@tidesync/shared/problems';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMBEDDED_SETTINGS } from '../../settings/server-settings.ts';
import type { TestServer } from '../../testing/test-server.ts';
import { problemFrom, startTestServer } from '../../testing/test-server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ settings: { ...EMBEDDED_SETTINGS, metricsPort: 0 } });
});
afterEach(() => server.stop());

const read = (path: string) => fetch(new URL(path, server.metricsUrl ?? ''));
const totals = async () => (await (await read('/metrics.json')).json()) as Record<string, number>;

test('counts calls, commits and refusals, and names nobody', async () => {
  await server.makeAccount('ann@example.org', 100);
  const { client } = await server.signIn('ann@example.org');
  const libraryId = randomUUID() as LibraryId;
  await client.libraries.create.mutate({ libraryId, name: 'Secret plans' });
  const entryId = randomUUID() as EntryId;
  const parentId = topFolderOf(libraryId);
  const folder = { op: 'create', entryId, parentId, name: 'hidden' as EntryName, mtimeMs: 1 } as const;
  await client.sync.commit.mutate({
    libraryId,
    opId: randomUUID() as OpId,
    ops: [{ ...folder, body: { kind: 'folder' } }],
  });
  const remove = { op: 'delete', entryId, baseContentSeq: 1, basePlaceSeq: 1 } as const;
  await client.sync.commit.mutate({ libraryId, opId: randomUUID() as OpId, ops: [remove, remove] });
  const uploadId = randomUUID() as never;
  await client.uploads.begin.mutate({ uploadId, libraryId });
  const chunks = [{ id: 'a'.repeat(64) as never, sizeBytes: 101 }];
  await problemFrom(client.uploads.missing.mutate({ uploadId, chunks }));

  const answer = await read('/metrics');
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const text = await answer.text();
  expect(text).toContain(
    'tidesync_requests_total{procedure="uploads.missing",result="RESOURCE_EXHAUSTED"} 1',
  );
  expect(text).toContain('tidesync_commits_total{result="applied"} 1');
  expect(text).toContain('tidesync_commits_total{result="partly"} 1');
  expect(text).toContain('tidesync_operations_total{op="delete",result="conflict"} 1');
  expect(text).toContain('tidesync_commit_seconds_count{result="applied"} 1');
  expect(text).toContain('process_cpu_user_seconds_total');
  for (const secret of ['ann@', 'Secret plans', 'hidden', libraryId, entryId])
    expect(text).not.toContain(secret);
  expect(await totals()).toEqual({
    documents_upload_total: 0,
    documents_download_total: 0,
    documents_delete_total: 1,
    documents_errors_total: 0,
    quota_exceeded_total: 1,
    minio_unavailable_total: 0,
    database_unavailable_total: 0,
    operation_failures_total: 1,
  });
});

test('serves nothing else, and no other server has its port', async () => {
  expect((await read('/')).status).toBe(404);
  expect((await fetch(server.metricsUrl ?? '', { method: 'POST' })).status).toBe(405);
  const metricsPort = Number(new URL(server.metricsUrl ?? '').port);
  const settings = { ...EMBEDDED_SETTINGS, metricsPort };
  const error = await startTestServer({ settings }).catch((reason: unknown) => reason);
  expect(isFailure(error, 'metricsPortUnusable')).toBe(true);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
});
