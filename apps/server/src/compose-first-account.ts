import { isFailure } from '@tidesync/shared/problems';
import { openAdmin } from './compose-admin.ts';
import { createUser } from './use-cases/admin/create-user.ts';

/**
 * Makes an administrator's account on a server's data, beside the running server; a cheap success if there is an
 * account of that name. Errors: Failure `dataUnusable`, `dataTooNew`, `weakPassword`.
 */
export async function ensureAdministrator(
  dataDir: string,
  account: { readonly email: string; readonly password: string },
): Promise<void> {
  const admin = await openAdmin(dataDir, { mayMake: false });
  try {
    const { email, password } = account;
    await createUser(admin.ports, { admin: true }, { email, password, admin: true });
  } catch (error) {
    if (!isFailure(error, 'accountTaken')) throw error;
  } finally {
    await admin.close();
  }
}
