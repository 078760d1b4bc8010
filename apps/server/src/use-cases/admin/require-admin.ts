import { fail } from '@tidesync/shared/problems';
import type { Caller } from '../caller.ts';

/** Who may administer: an administrator's device, or whoever can open the database file anyway. */
export type Administrator = Pick<Caller, 'admin'>;

/** Errors: `adminOnly`. */
export function requireAdmin(caller: Administrator): void {
  if (!caller.admin) fail({ reason: 'adminOnly' });
}
