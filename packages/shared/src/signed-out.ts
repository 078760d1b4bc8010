import type { Problem } from './problems.ts';
import type { EngineStatus } from './wire/engine.ts';

/** Why nobody is signed in, as `status` has it. */
export type SignedOutWhy = Extract<EngineStatus['session'], { is: 'signedOut' }>['why'];

/** How a call fails that needs somebody to be signed in. */
export function signedOutProblem(why: SignedOutWhy): Problem {
  if (why === 'copied') return { reason: 'deviceRevoked', copied: true };
  return { reason: why === 'revoked' ? 'deviceRevoked' : 'signedOut' };
}
