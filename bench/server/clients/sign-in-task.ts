import { nodeClock, nodeRandom } from '@tidesync/engine/adapters/node-environment';
import { createServerApi } from '@tidesync/engine/adapters/trpc-server';
import { isFailure } from '@tidesync/shared/problems';
import { machineMs } from '../monotonic.ts';
import type { Task } from './task.ts';

export interface SignInInput {
  readonly url: string;
  readonly email: string;
  readonly password: string;
}

export interface SignInOutput {
  readonly beganMs: number;
  readonly endedMs: number;
  /** How often the server said to come back later. */
  readonly sentAway: number;
}

const TRIES_MAX = 60;

/** Signs in with a password, and comes back when the server says so. */
export const signInTask: Task<SignInInput, SignInOutput> = async ({ url, email, password }) => {
  const api = createServerApi({ url, token: null, clock: nodeClock, random: nodeRandom });
  return async () => {
    const beganMs = machineMs();
    for (let sentAway = 0; ; sentAway++) {
      try {
        await api.call('auth.login', { email, password, deviceName: 'bench' });
        return { beganMs, endedMs: machineMs(), sentAway };
      } catch (error) {
        if (!isFailure(error, 'tooManyTries') || sentAway === TRIES_MAX) throw error;
        await nodeClock.sleep(error.problem.retryAfterMs);
      }
    }
  };
};
