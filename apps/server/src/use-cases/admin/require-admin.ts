import { fail } from '@tidesync/shared/problems';
import type { Actor } from '../audit/record.ts';
import type { Caller } from '../caller.ts';

/** Who may administer: an administrator's device, or whoever can open the database anyway. */
export type Administrator = Pick<Caller, 'admin' | 'accountId'> | { readonly admin: boolean };

/** Errors: `adminOnly`. */
export function requireAdmin(caller: Administrator): void {
  if (!caller.admin) fail({ reason: 'adminOnly' });
}

/** As whom the audit has it. */
export function actorOf(caller: Administrator): Actor {
  return 'accountId' in caller ? caller.accountId : 'command';
}
