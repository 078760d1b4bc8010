import type { AccountId } from '@tidesync/shared/ids';
import type { QuotaDrift } from '@tidesync/shared/wire/quotas';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';
import type { Actor } from '../audit/record.ts';
import { record } from '../audit/record.ts';

/** A recount that runs: in whose name, and whether it may write. */
export interface Recount extends Pick<ServerPorts, 'store' | 'clock' | 'random'> {
  readonly actor: Actor;
  readonly dryRun: boolean;
  /**
   * Of a dry run: by how much what an account's libraries store would change, had they been repaired. So it says what
   * a real run would find.
   */
  readonly unrepaired: Map<AccountId, number>;
}

export function noteUnrepaired({ dryRun, unrepaired }: Recount, ownerId: AccountId, byBytes: number): void {
  if (dryRun && byBytes !== 0) unrepaired.set(ownerId, (unrepaired.get(ownerId) ?? 0) + byBytes);
}

type Field = QuotaDrift['field'];
export type Counts = { readonly [F in Field]?: number };

/** The fields that are other than counted. */
export function driftsOf(of: Pick<QuotaDrift, 'what' | 'id'>, found: Counts, counted: Counts): QuotaDrift[] {
  return (Object.keys(counted) as Field[]).flatMap((field) => {
    const foundBytes = found[field] ?? 0;
    const countedBytes = counted[field] ?? 0;
    return foundBytes === countedBytes ? [] : [{ ...of, field, foundBytes, countedBytes }];
  });
}

/** Unless it is a dry run: corrects the row, and writes a line for every number that was wrong. */
export async function repair(
  tx: Writes,
  run: Recount,
  { drifts, correct }: { readonly drifts: readonly QuotaDrift[]; readonly correct: () => Promise<void> },
): Promise<void> {
  if (run.dryRun || drifts.length === 0) return;
  await correct();
  for (const { what, id, field, foundBytes, countedBytes } of drifts) {
    const details = { what, field, foundBytes, countedBytes };
    await record(tx, run, { actor: run.actor, action: 'quotaRepaired', target: id, details });
  }
}
