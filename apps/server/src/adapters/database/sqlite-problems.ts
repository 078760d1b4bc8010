import type { Problem } from '@tidesync/shared/problems';
import { Failure } from '@tidesync/shared/problems';
import { errorCodes } from './connection.ts';

/** Driver errors as problems; everything else, bugs included, as it came. */
export function translateSqliteError(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const problem = problemOf(errorCodes(error));
  return problem === null ? error : new Failure(problem, { cause: error });
}

function problemOf(codes: readonly string[]): Problem | null {
  const has = (shape: RegExp) => codes.some((code) => shape.test(code));
  if (has(/^(SQLITE_FULL|ENOSPC|EDQUOT)$/)) return { reason: 'serverDiskFull' };
  if (has(/^SQLITE_(BUSY|LOCKED)/)) return { reason: 'busy' };
  if (has(/^SQLITE_(IOERR|CANTOPEN|CORRUPT|NOTADB|READONLY|PROTOCOL)|^E(ACCES|PERM|ROFS|IO)$/)) {
    return { reason: 'databaseUnavailable' };
  }
  return null;
}
