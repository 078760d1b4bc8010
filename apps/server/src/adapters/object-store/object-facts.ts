import { createHash } from 'node:crypto';
import type { ObjectFacts } from '../../ports/object-store.ts';

export function factsOf(bytes: Uint8Array): ObjectFacts {
  return { sizeBytes: bytes.length, sha256Hex: createHash('sha256').update(bytes).digest('hex') };
}

/** True if what a store has is exactly these bytes. */
export function holds(facts: ObjectFacts | null, bytes: Uint8Array): boolean {
  const own = factsOf(bytes);
  return facts !== null && facts.sizeBytes === own.sizeBytes && facts.sha256Hex === own.sha256Hex;
}
