import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { argon2Passwords } from '../../adapters/passwords/argon2-passwords.ts';
import type { ServerWorld } from '../../testing/server-world.ts';
import { makeServerWorld, refusalOf } from '../../testing/server-world.ts';
import { listAudit } from '../audit/list-audit.ts';
import { createUser } from './create-user.ts';
import { readDefaultQuota, setDefaultQuota } from './default-quota.ts';
import { readOverview } from './overview.ts';

const root = { admin: true };
const passwords = argon2Passwords({ randomBytes, cost: { memoryKib: 256, passes: 1, lanes: 1 } });
let world: ServerWorld;
beforeEach(async () => {
  world = await makeServerWorld();
});
afterEach(() => world.stop());

/** A server of the installation whose own settings say so. */
const serverWith = (quotaBytesDefault: number) => ({
  ...world.ports,
  passwords,
  policy: { ...world.ports.policy, quotaBytesDefault },
});

test('[Q15] new accounts get what was chosen last on all servers, and before what the settings say', async () => {
  const [one, other] = [serverWith(1_000), serverWith(2_000)];
  let made = 0;
  const limitOfNew = async (ports: typeof one, limitBytes?: number) => {
    const account = { email: `user${made++}@example.org`, password: 'a good password', admin: false };
    return (await createUser(ports, root, { ...account, limitBytes })).quota.limitBytes;
  };
  expect([await limitOfNew(one), await limitOfNew(other)]).toEqual([1_000, 2_000]);
  expect(await setDefaultQuota(one, root, { limitBytes: 0 })).toEqual({
    ...{ limitBytes: 0, chosen: true, configuredBytes: 1_000 },
  });
  expect([await limitOfNew(one), await limitOfNew(other), await limitOfNew(one, 7)]).toEqual([0, 0, 7]);
  await setDefaultQuota(other, root, { limitBytes: 3_000 });
  expect(await readDefaultQuota(one, root)).toMatchObject({ limitBytes: 3_000, chosen: true });
  expect((await readOverview(one, root, { hours: 1 })).defaults.quotaBytes).toBe(3_000);
  const [first] = await world.ports.store.read.accounts.page({ afterEmail: null, limit: 1 });
  expect(first?.limitBytes, 'who is there keeps it').toBe(1_000);
  const unset = await setDefaultQuota(one, root, { limitBytes: null });
  expect(unset).toEqual({ limitBytes: 1_000, chosen: false, configuredBytes: 1_000 });
  expect([await limitOfNew(one), await limitOfNew(other)]).toEqual([1_000, 2_000]);
});

test('[Q15] choosing it has a line of the audit, and is for administrators alone', async () => {
  const ports = serverWith(1_000);
  const nobody = { admin: false };
  for (const call of [
    () => setDefaultQuota(ports, nobody, { limitBytes: 5 }),
    () => readDefaultQuota(ports, nobody),
  ])
    expect(await refusalOf(call())).toEqual({ reason: 'adminOnly' });
  await setDefaultQuota(ports, root, { limitBytes: 5 });
  const { lines } = await listAudit(ports, root, { sinceMs: 0, pageToken: null, limit: 10 });
  expect(lines).toMatchObject([
    { action: 'defaultQuotaSet', actor: 'command', details: { fromBytes: 1_000, toBytes: 5 } },
  ]);
});
