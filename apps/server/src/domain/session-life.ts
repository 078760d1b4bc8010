import { limits } from '@tidesync/shared/limits';

/** How long a sign-in holds: a device's until it is ended, a browser's for a time. */
export type SessionLife = 'device' | 'browser' | 'rememberedBrowser';

export interface SessionEnd {
  /** From then on its token is refused; null: it holds until it is ended. */
  readonly expiresAtMs: number | null;
  /** How long it may stay unused; null: that ends nothing. */
  readonly idleLifeMs: number | null;
}

export function sessionEndOf(life: SessionLife, createdAtMs: number): SessionEnd {
  if (life === 'device') return { expiresAtMs: null, idleLifeMs: null };
  const lastMs = createdAtMs + limits.browserSessionLifeMs;
  if (life === 'rememberedBrowser') return { expiresAtMs: lastMs, idleLifeMs: null };
  const idleLifeMs = limits.browserSessionIdleMs;
  return { expiresAtMs: Math.min(createdAtMs + idleLifeMs, lastMs), idleLifeMs };
}

/** When a session that is used now ends; null: nothing changes. No use makes it longer than a remembered one. */
export function extendedEnd(
  session: SessionEnd & { readonly createdAtMs: number },
  nowMs: number,
): number | null {
  const { expiresAtMs, idleLifeMs, createdAtMs } = session;
  if (expiresAtMs === null || idleLifeMs === null) return null;
  const endMs = Math.min(nowMs + idleLifeMs, createdAtMs + limits.browserSessionLifeMs);
  return endMs > expiresAtMs ? endMs : null;
}

export const isOver = ({ expiresAtMs }: Pick<SessionEnd, 'expiresAtMs'>, nowMs: number): boolean =>
  expiresAtMs !== null && expiresAtMs <= nowMs;
