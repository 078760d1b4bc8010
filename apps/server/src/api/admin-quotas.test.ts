import { createHash, randomUUID } from 'node:crypto';
import type { ChunkId, LibraryId, UploadId } from '@tidesync/shared/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device, TestServer } from '../testing/test-server.ts';
import { problemFrom, startTestServer } from '../testing/test-server.ts';

let server: TestServer;
let root: Device;
let ann: Device;

beforeAll(async () => {
  server = await startTestServer();
  await server.makeAccount('root@example.org');
  await server.makeAccount('ann@example.org');
  root = await server.signIn('root@example.org');
  ann = await server.signIn('ann@example.org');
});
afterAll(() => server.stop());

const chunkOf = (text: string) => {
  const id = createHash('sha256').update(text).digest('hex') as ChunkId;
  return { id, sizeBytes: text.length };
};

test('administrators manage pools, limits, the recount and the audit over HTTP', async () => {
  const { organisations, libraries, quotas, audit } = root.client.admin;
  const name = 'Universität';
  expect(await organisations.create.mutate({ name, limitBytes: 1_000 })).toMatchObject({ members: 0 });
  await organisations.addMember.mutate({ name, email: ann.email });
  const libraryId = randomUUID() as LibraryId;
  await ann.client.libraries.create.mutate({ libraryId, name: 'Thesis' });
  const uploadId = randomUUID() as UploadId;
  await ann.client.uploads.begin.mutate({ uploadId, libraryId });
  const held = await ann.client.uploads.missing.mutate({ uploadId, chunks: [chunkOf('x'.repeat(600))] });
  expect(held.reservedBytes).toBe(600);

  const more = (text: string) => ann.client.uploads.missing.mutate({ uploadId, chunks: [chunkOf(text)] });
  const full = { reason: 'quotaExceeded', reservedBytes: 600, usedBytes: 0 };
  expect(await problemFrom(more('y'.repeat(401)))).toEqual({
    ...{ ...full, limit: 'organisation' },
    ...{ limitBytes: 1_000, requestedBytes: 401 },
  });
  const limited = await libraries.setLimit.mutate({ libraryId, limitBytes: 700 });
  expect(limited).toMatchObject({ libraryId, limitBytes: 700, reservedBytes: 600 });
  expect(await problemFrom(more('z'.repeat(101)))).toMatchObject({ ...full, limit: 'library' });
  expect(await libraries.list.query({ email: ann.email })).toEqual({
    libraries: [{ ...limited, deleted: false }],
    nextPageToken: null,
  });

  const pool = { name, limitBytes: 1_000, usedBytes: 0, reservedBytes: 600 };
  expect(await ann.client.account.quota.query()).toMatchObject({
    reservedBytes: 600,
    organisation: pool,
    libraries: [{ libraryId, limitBytes: 700 }],
  });
  expect((await organisations.list.query({})).organisations).toMatchObject([{ ...pool, slicedBytes: 1_000 }]);
  expect((await organisations.members.query({ name })).members).toMatchObject([
    { email: ann.email, quota: { reservedBytes: 600 }, sliceBytes: 1_000 },
  ]);
  expect(await organisations.setLimit.mutate({ name, limitBytes: 800 })).toMatchObject({ slicedBytes: 800 });
  const notEmpty = { reason: 'organisationNotEmpty', organisation: name, members: 1 };
  expect(await problemFrom(organisations.delete.mutate({ name }))).toEqual(notEmpty);
  await organisations.removeMember.mutate({ name, email: ann.email });
  await organisations.delete.mutate({ name });
  expect(await quotas.recount.mutate({})).toMatchObject({ dryRun: false, driftsFound: 0 });

  const byPeople = (await audit.list.query({})).lines.filter(({ actor }) => actor !== 'server');
  const actions = byPeople.map((line) => line.action);
  expect(actions.toSorted()).toEqual([
    'accountCreated',
    'accountCreated',
    'libraryLimitSet',
    'organisationCreated',
    'organisationDeleted',
    'organisationLimitSet',
    'organisationMemberAdded',
    'organisationMemberRemoved',
    'quotasRecounted',
  ]);
});

test('[Q15] administrators choose what new accounts get', async () => {
  const { quotas, users } = root.client.admin;
  const configuredBytes = 10_000_000_000;
  expect(await quotas.default.query()).toEqual({
    ...{ limitBytes: configuredBytes, chosen: false, configuredBytes },
  });
  expect(await quotas.setDefault.mutate({ limitBytes: 5_000 })).toMatchObject({ chosen: true });
  const made = await users.create.mutate({ email: 'new@example.org', password: 'a good password' });
  expect(made.quota.limitBytes).toBe(5_000);
  expect((await root.client.admin.overview.query({})).defaults.quotaBytes).toBe(5_000);
  expect(await quotas.setDefault.mutate({ limitBytes: null })).toMatchObject({ limitBytes: configuredBytes });
});

test('nobody else may, and rubbish is refused', async () => {
  const { organisations, libraries, quotas, audit } = ann.client.admin;
  const calls = [
    organisations.list.query({}),
    organisations.create.mutate({ name: 'Mine', limitBytes: 1 }),
    libraries.list.query({ email: ann.email }),
    libraries.setLimit.mutate({ libraryId: randomUUID() as LibraryId, limitBytes: 1 }),
    quotas.recount.mutate({ dryRun: true }),
    quotas.default.query(),
    quotas.setDefault.mutate({ limitBytes: 1 }),
    audit.list.query({}),
  ];
  for (const problem of await Promise.all(calls.map(problemFrom)))
    expect(problem).toEqual({ reason: 'adminOnly' });
  const admin = root.client.admin;
  const refused = [
    admin.organisations.create.mutate({ name: ' ', limitBytes: 1 }),
    admin.organisations.create.mutate({ name: 'Mine', limitBytes: -1 }),
    admin.quotas.setDefault.mutate({ limitBytes: -1 }),
    admin.audit.list.query({ pageToken: 'yesterday' }),
    admin.audit.list.query({ limit: 501 }),
    admin.libraries.list.query({ email: ann.email, pageToken: 'x' }),
  ];
  for (const problem of await Promise.all(refused.map(problemFrom)))
    expect(problem).toMatchObject({ reason: 'invalidInput' });
});
