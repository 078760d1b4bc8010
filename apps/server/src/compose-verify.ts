import { openAdmin } from './compose-admin.ts';
import { composeObjectReader } from './compose-object-store.ts';
import type { ServerSettings } from './settings/server-settings.ts';
import type { VerifyOptions, VerifyReport } from './use-cases/verify/verify-data.ts';
import { verifyData } from './use-cases/verify/verify-data.ts';

/**
 * Checks a server's data where the settings say it is, beside running servers or without one.
 * Errors: those of `verifyData` and of opening the data.
 */
export async function verifyPlace(
  { settings, dataDir }: { readonly settings: ServerSettings; readonly dataDir: string },
  options: VerifyOptions,
): Promise<VerifyReport> {
  const data = await openAdmin(dataDir, { mayMake: false, settings });
  try {
    const objects = await composeObjectReader(settings, dataDir);
    try {
      return await verifyData({ ...data.ports, objects: objects.reader }, options);
    } finally {
      objects.close();
    }
  } finally {
    await data.close();
  }
}
