import { createHmac, timingSafeEqual } from 'node:crypto';
import { TRPC_PREFIX } from '@tidesync/shared/screens-bundle';

/** What a request says about itself, as far as the gate looks at it. */
export interface Knock {
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}
export interface Gate {
  readonly port: number;
  /** Per start, 32 random bytes in hex. */
  readonly token: string;
}

/** The one path that needs no token: with it a client tells the engine from a squatter on its port. */
export const PROVE_PATH = `${TRPC_PREFIX}prove`;

/**
 * The HTTP status that refuses a request, or null to let it in.
 * A browser page cannot pass: it sends an Origin, and after DNS rebinding another Host.
 */
export function refusal(knock: Knock, gate: Gate): 401 | 403 | null {
  if (knock.origin !== undefined) return 403;
  if (knock.host !== `127.0.0.1:${gate.port}`) return 403;
  if (knock.path === PROVE_PATH) return null;
  return sameText(knock.authorization ?? '', `Bearer ${gate.token}`) ? null : 401;
}

/** The port is part of it, so that a squatter cannot pass the question on to an engine on another port. */
export function proofOf(gate: Gate, nonce: string): string {
  return createHmac('sha256', gate.token).update(`tidesync-engine ${gate.port} ${nonce}`).digest('hex');
}

/** Compares in a time that does not tell where two texts differ; only their lengths may leak. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
