import type { Socket } from 'node:net';
import { assert } from '@tidesync/shared/brand';
import type { PoolConnection } from 'mysql2/promise';

export interface StatementRules {
  /** Each statement has to be answered by then; one that is not costs the connection. */
  readonly timeoutMs: number;
  /** Once false, every further statement is refused as a bug: outside its transaction it would stand alone. */
  readonly isOpen: () => boolean;
}

/** The same connection for whoever has borrowed it, with every statement held to the rules. */
export function ruled(connection: PoolConnection, { timeoutMs, isOpen }: StatementRules): PoolConnection {
  const query = (...args: unknown[]) => {
    assert(isOpen(), 'a statement belongs to an open transaction or read');
    const asked = (connection.query as (...all: unknown[]) => Promise<unknown>)(...args);
    return answeredWithin(connection, timeoutMs, asked);
  };
  return Object.create(connection, { query: { value: query } }) as PoolConnection;
}

/** The answer to a statement that was sent on this connection. Rejects with a lost connection (see `cut`). */
export async function answeredWithin<T>(
  connection: PoolConnection,
  timeoutMs: number,
  answer: Promise<T>,
): Promise<T> {
  const timer = setTimeout(() => cut(connection), timeoutMs);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}

/** What waits on the connection rejects; it is found by the code, and the pool forgets the connection. */
export const TOO_LATE = 'ETIMEDOUT';

/** Through its socket: a query that waits on a connection that mysql2 itself closes would never end. */
export function cut(connection: PoolConnection): void {
  socketOf(connection).destroy(
    Object.assign(new Error('the database took too long'), { code: TOO_LATE, tookTooLong: true }),
  );
}

/** Ends it at once: mysql2 alone would wait for a peer that may be gone, which then keeps its locks. */
export function dropConnection(connection: PoolConnection): void {
  connection.destroy();
  socketOf(connection).destroy();
}

function socketOf(connection: PoolConnection): Socket {
  return (connection.connection as unknown as { readonly stream: Socket }).stream;
}
