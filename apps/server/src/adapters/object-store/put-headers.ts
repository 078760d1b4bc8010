import type { PutGrant } from '../../ports/object-store.ts';

/**
 * The headers a PUT must carry, exactly. All of them are signed. Without the algorithm among them MinIO would skip
 * the check of the hash for whoever adds another algorithm; in the query instead of a header no store checks it.
 */
export function putHeaders(grant: Pick<PutGrant, 'sha256Hex' | 'sizeBytes'>): Record<string, string> {
  return {
    'content-length': String(grant.sizeBytes),
    'if-none-match': '*',
    'x-amz-checksum-algorithm': 'SHA256',
    'x-amz-checksum-sha256': Buffer.from(grant.sha256Hex, 'hex').toString('base64'),
  };
}
