import { uuidFromBytes } from '@tidesync/shared/ids';

/** Bytes that nobody can guess: ids, tokens and object keys are made of them. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** A new UUIDv4; the caller brands it. */
export function newUuid(random: Random): string {
  return uuidFromBytes(random.bytes(16));
}
