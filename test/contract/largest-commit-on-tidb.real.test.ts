import { openTidbStore } from '@tidesync/server/adapters/database/store-tidb';
import { makeOp } from '@tidesync/server/testing/op-makers';
import type { ServerWorld } from '@tidesync/server/testing/server-world';
import { freshEntryId, freshOpId, makeServerWorld } from '@tidesync/server/testing/server-world';
import type { TidbDatabase } from '@tidesync/server/testing/tidb-database';
import { makeTidbDatabase } from '@tidesync/server/testing/tidb-database';
import type { Caller } from '@tidesync/server/use-cases/caller';
import { commitOps } from '@tidesync/server/use-cases/sync/commit-ops';
import type { LibraryId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import { limits } from '@tidesync/shared/limits';
import type { Op } from '@tidesync/shared/wire/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realServers } from '../servers/real-servers.ts';

let database: TidbDatabase;
let world: ServerWorld;
let caller: Caller;
let libraryId: LibraryId;
beforeAll(async () => {
  database = await makeTidbDatabase(realServers().tidb.url);
  world = await makeServerWorld({ store: await openTidbStore({ url: database.url }) });
  caller = await world.addAccount('ann@example.org');
  libraryId = await world.addLibrary(caller);
});
afterAll(async () => {
  await world.stop();
  await database.drop();
});

/** Twice the same: what was answered, and what is answered to the same commit when the answer was lost. */
async function commitTwice(ops: readonly Op[]) {
  const input = { libraryId, opId: freshOpId(), ops: [...ops] };
  const first = await commitOps(world.ports, caller, input);
  expect(await commitOps(world.ports, caller, input)).toEqual(first);
  return first.results;
}

// Each of these is six bytes in JSON, the worst that a name or a target can hold.
const target = '\u0001'.repeat(limits.symlinkTargetBytesMax);
const nameOf = (n: number) => `${'\u0001'.repeat(limits.nameBytesMax - 4)}${n.toString().padStart(4, '0')}`;

test('the largest commit and the largest answer are no transaction and no row too large for TiDB', async () => {
  const parentId = topFolderOf(libraryId);
  const made = await commitTwice(
    Array.from({ length: limits.opsPerCommitMax }, (_, n) =>
      makeOp.symlink(freshEntryId(), { parentId, name: nameOf(n), target }),
    ),
  );
  const states = made.map((result) => {
    if (result.result !== 'applied') throw new Error(`a link was not made: ${result.result}`);
    expect(result.state).toMatchObject({ kind: 'symlink', target });
    return result.state;
  });
  const stale = states.map((state) => makeOp.retarget({ ...state, contentSeq: 0 }, 'elsewhere'));
  const refused = await commitTwice(stale);
  expect(refused.map((result) => result.result === 'conflict' && result.current)).toEqual(states);
});
