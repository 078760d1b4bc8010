import type { AccountId } from '@tidesync/shared/ids';
import type { AuditAction, AuditLine } from '@tidesync/shared/wire/quotas';
import { newUuid } from '../../ports/random.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';
import type { Writes } from '../../ports/store.ts';

/** Who did it: an account, the server's own jobs, or whoever may open the database. */
export type Actor = AccountId | 'server' | 'command';

export interface Act {
  readonly actor: Actor;
  readonly action: AuditAction;
  /** Id of what it was done to. */
  readonly target: string;
  /** Ids, numbers and words of ours; never what a person wrote. */
  readonly details?: AuditLine['details'];
}

export type AuditPorts = Pick<ServerPorts, 'clock' | 'random'>;

/** Writes the line of an act into the transaction that does it. */
export async function record(tx: Writes, ports: AuditPorts, act: Act): Promise<void> {
  const { details = {}, ...rest } = act;
  const auditId = newUuid(ports.random);
  await tx.audit.append({ auditId, atMs: ports.clock.nowMs(), details, ...rest });
}
