import { fail, isFailure } from '@tidesync/shared/problems';
import type { ThrottleKey } from '../../domain/login-throttle.ts';
import type { ServerPorts } from '../../ports/server-ports.ts';

/**
 * Checks a password as one try against the keys. What stays counted is a wrong password alone: whoever was sent
 * away by a server with too much to do, or with its database down, has guessed nothing.
 * Errors: `tooManyTries`, and what the check fails with.
 */
export async function countedTry<T>(
  { throttle, clock }: Pick<ServerPorts, 'throttle' | 'clock'>,
  keys: readonly ThrottleKey[],
  check: () => Promise<T>,
): Promise<T> {
  const retryAfterMs = throttle.begin(keys, clock.nowMs());
  if (retryAfterMs > 0) fail({ reason: 'tooManyTries', retryAfterMs });
  let isWrong = false;
  try {
    return await check();
  } catch (error) {
    isWrong = isFailure(error, 'wrongCredentials');
    throw error;
  } finally {
    if (!isWrong) throttle.takeBack(keys);
  }
}
