import { Failure } from '@tidesync/shared/problems';
import { DrizzleQueryError } from 'drizzle-orm';
import { causesOf, errorCodes } from './connection.ts';
import { errnosOf } from './dialect-tidb.ts';

/** What an error of the driver means for the transaction it ended. */
export type TidbVerdict =
  /** Nothing was written; the whole transaction may run again. */
  | 'again'
  /** The connection is gone, or none could be had. */
  | 'lost'
  /** Nobody can say whether a COMMIT went through. */
  | 'undetermined'
  /** One transaction wrote more than TiDB takes at once. */
  | 'tooLarge'
  /** The cluster has no room left. */
  | 'full'
  /** None of these: a refusal of ours, or a bug. */
  | 'other';

/**
 * Deadlock, lock wait, write conflicts, changed schema, regions that are busy or move, time or memory that ran out,
 * a server that is about to stop: TiDB has rolled back, or wants a ROLLBACK, and says so by number.
 * 1062 is here because two transactions may insert the same new row at once: the second finds it when it runs again.
 * Source: pkg/errno/errcode.go of TiDB 8.5, and design notes of this project's measurements.
 */
const againNumbers = new Set([
  1053, 1062, 1205, 1213, 3024, 3572, 8002, 8005, 8020, 8022, 8024, 8027, 8028, 8055, 8113, 8147, 8176, 8229,
  8252, 9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008, 9010, 9011,
]);
const UNKNOWN_ERROR = 1105;
/** Above TiDB's bounds. What calls write is far below (`largest-transactions-on-tidb.real.test.ts`): this is a bug. */
const tooLargeNumbers = new Set([1153, 8004, 8025, 8175]);
const lostCodes = [
  /^PROTOCOL_(CONNECTION_LOST|ENQUEUE_AFTER_\w+|SEQUENCE_TIMEOUT)$/,
  /^E(CONN\w+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)$/,
  // TLS that does not come about: another name, an unknown authority, none at all.
  /^(HANDSHAKE_(NO_SSL_SUPPORT|SSL_ERROR)|ERR_(TLS|SSL)_\w+)$/,
];
/**
 * Access denied, too many connections, unknown database, read-only for maintenance, killed: no connection that could
 * be used. Where TiDB does not know what came of a COMMIT, it closes the connection without a word.
 */
const lostNumbers = new Set([1040, 1044, 1045, 1049, 1226, 1290, 1317, 1836, 1927, 2006, 2013]);

export function verdictOf(error: unknown): TidbVerdict {
  const numbers = errnosOf(error);
  const messages = tellingMessages(error);
  if (messages.some((message) => /result undetermined/i.test(message))) return 'undetermined';
  if (numbers.some((number) => tooLargeNumbers.has(number))) return 'tooLarge';
  if (messages.some((message) => /disk full|no space left/i.test(message))) return 'full';
  if (numbers.some((number) => againNumbers.has(number))) return 'again';
  if (numbers.includes(UNKNOWN_ERROR)) {
    return messages.some((message) => PASSING.test(message)) ? 'again' : 'other';
  }
  const lost = errorCodes(error).some((code) => lostCodes.some((shape) => shape.test(code)));
  if (lost || numbers.some((number) => lostNumbers.has(number))) return 'lost';
  // A connection that was killed inside a transaction fails without a code.
  return messages.some((message) => /closed state|connection (lost|is closed)/i.test(message))
    ? 'lost'
    : 'other';
}

/** What TiDB has no number for. */
const PASSING = /try again later|schema is changed|lock wait timeout/i;

/** Messages that are TiDB's or the driver's own words: others repeat names that people have given to their files. */
function tellingMessages(error: unknown): string[] {
  return causesOf(error).flatMap((one) => {
    if (one instanceof Failure || one instanceof DrizzleQueryError) return [];
    const isNumbered = 'errno' in one && typeof one.errno === 'number' && one.errno > 0;
    return isNumbered && one.errno !== UNKNOWN_ERROR ? [] : [one.message];
  });
}
