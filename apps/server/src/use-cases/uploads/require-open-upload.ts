import type { UploadId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Reads } from '../../ports/store.ts';
import type { UploadRow } from '../../ports/store-content.ts';
import type { Caller } from '../caller.ts';
import { requireRole } from '../require-role.ts';

/**
 * The caller's own upload, into a library it may write to.
 * Errors: `uploadExpired` for one that is over, unknown or someone else's; `libraryMissing`, `notAllowed`.
 */
export async function requireOpenUpload(
  reads: Reads,
  caller: Caller,
  wanted: { readonly uploadId: UploadId; readonly nowMs: number },
): Promise<UploadRow> {
  const upload = await reads.content.upload(wanted.uploadId);
  if (upload === null || upload.accountId !== caller.accountId) fail({ reason: 'uploadExpired' });
  if (!upload.open || upload.expiresAtMs <= wanted.nowMs) fail({ reason: 'uploadExpired' });
  await requireRole(reads, caller, { libraryId: upload.libraryId, role: 'editor' });
  return upload;
}
