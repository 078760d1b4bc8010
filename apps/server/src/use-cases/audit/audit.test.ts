import type { AuditLine } from '@tidesync/shared/wire/quotas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServerWorld } from '../../testing/server-world.ts';
import { makeServerWorld, refusalOf, uploadText } from '../../testing/server-world.ts';
import { setLibraryLimit } from '../admin/library-limits.ts';
import { setQuota } from '../admin/set-quota.ts';
import { suspendUser } from '../admin/suspend-user.ts';
import type { Caller } from '../caller.ts';
import { revokeDevice } from '../devices/revoke-device.ts';
import { deleteLibrary } from '../libraries/delete-library.ts';
import { removeMember } from '../libraries/remove-member.ts';
import { setMember } from '../libraries/set-member.ts';
import { listAudit } from './list-audit.ts';

const admin = { admin: true };
let world: ServerWorld;
let ann: Caller;
let bob: Caller;

beforeEach(async () => {
  world = await makeServerWorld();
  ann = await world.addAccount('ann@example.org');
  bob = await world.addAccount('bob@example.org');
});
afterEach(() => world.stop());

async function all(limit = 100, sinceMs = 0): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  let pageToken: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listAudit>> = await listAudit(world.ports, admin, {
      sinceMs,
      pageToken,
      limit,
    });
    lines.push(...page.lines);
    pageToken = page.nextPageToken;
  } while (pageToken !== null);
  return lines;
}

test('[Q13] every act on accounts, members and limits has its line, with ids and numbers alone', async () => {
  const { ports } = world;
  const libraryId = await world.addLibrary(ann, 'Secret plans');
  const phone = await world.addDevice(ann);
  await uploadText(world, ann, { libraryId, text: 'hello' });
  await setMember(ports, ann, { libraryId, email: bob.email, role: 'viewer' });
  await setMember(ports, ann, { libraryId, email: bob.email, role: 'owner' });
  await removeMember(ports, bob, { libraryId, email: ann.email });
  await setLibraryLimit(ports, { ...ann, admin: true }, { libraryId, limitBytes: 70 });
  await deleteLibrary(ports, bob, { libraryId });
  await revokeDevice(ports, ann, { deviceId: phone.deviceId });
  await setQuota(ports, admin, { email: bob.email, limitBytes: 5 });
  await suspendUser(ports, admin, { email: bob.email, suspended: true });
  const lines = await all();
  const seen = lines.map(({ actor, action, target, details }) => ({ actor, action, target, details }));
  const member = { accountId: bob.accountId, role: 'viewer' };
  const transfer = { fromId: ann.accountId, toId: bob.accountId, sizeBytes: 5 };
  expect(seen).toHaveLength(8);
  expect(seen).toEqual(
    expect.arrayContaining([
      { actor: ann.accountId, action: 'memberSet', target: libraryId, details: member },
      { actor: ann.accountId, action: 'libraryTransferred', target: libraryId, details: transfer },
      {
        actor: bob.accountId,
        action: 'memberRemoved',
        target: libraryId,
        details: { accountId: ann.accountId },
      },
      {
        actor: ann.accountId,
        action: 'libraryLimitSet',
        target: libraryId,
        details: { fromBytes: null, toBytes: 70 },
      },
      { actor: bob.accountId, action: 'libraryDeleted', target: libraryId, details: { storedBytes: 5 } },
      { actor: ann.accountId, action: 'deviceRevoked', target: phone.deviceId, details: {} },
      {
        actor: 'command',
        action: 'accountLimitSet',
        target: bob.accountId,
        details: { fromBytes: 10_000_000, toBytes: 5 },
      },
      { actor: 'command', action: 'accountSuspended', target: bob.accountId, details: {} },
    ]),
  );
  for (const written of ['Secret', 'example.org', 'laptop'])
    expect(JSON.stringify(lines)).not.toContain(written);
});

test('[Q13] an act that is refused leaves no line', async () => {
  const libraryId = await world.addLibrary(ann);
  await refusalOf(setMember(world.ports, bob, { libraryId, email: ann.email, role: 'viewer' }));
  await refusalOf(removeMember(world.ports, ann, { libraryId, email: bob.email }));
  await refusalOf(deleteLibrary(world.ports, bob, { libraryId }));
  expect(await all()).toEqual([]);
});

test('[Q14] is read by administrators in pages, the newest first, back to a time', async () => {
  for (let index = 0; index < 7; index++) {
    if (index % 2 === 0) world.advance(1_000);
    await setQuota(world.ports, admin, { email: ann.email, limitBytes: index });
  }
  const lines = await all();
  const times = lines.map((line) => line.atMs);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  for (const limit of [1, 2, 3]) expect(await all(limit)).toEqual(lines);
  const sinceMs = world.ports.clock.nowMs();
  expect((await all(1, sinceMs)).map((line) => line.details.toBytes)).toEqual([6]);
  const call = listAudit(world.ports, ann, { sinceMs: 0, pageToken: null, limit: 1 });
  expect(await refusalOf(call)).toEqual({ reason: 'adminOnly' });
});
