// How a browser gets in: by a link that works once and for minutes, which leaves a cookie that works for hours.

import { createHash } from 'node:crypto';
import type { Clock, Random } from '../ports/environment.ts';

const SECRET_BYTES = 32;
const CODE_MS_MAX = 5 * 60_000;
const CODES_MAX = 16;
const SESSION_MS_MAX = 12 * 60 * 60_000;
const SESSIONS_MAX = 16;
const COOKIE = 'tidesync';

/** What a browser has been let in by; all of it ends with the engine. */
export class BrowserSessions {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #random: Random;
  readonly #codes: Expiring;
  readonly #sessions: Expiring;

  constructor(clock: Pick<Clock, 'monotonicMs'>, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#codes = new Expiring(CODES_MAX);
    this.#sessions = new Expiring(SESSIONS_MAX);
  }

  /** For one link. */
  newCode(): string {
    return this.#issue(this.#codes, CODE_MS_MAX);
  }

  /** The `Set-Cookie` that a code buys, once; null if it is used up, too old or none. */
  enter(code: string): string | null {
    if (!this.#codes.take(code, this.#clock.monotonicMs())) return null;
    const secret = this.#issue(this.#sessions, SESSION_MS_MAX);
    return `${COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_MS_MAX / 1_000}`;
  }

  /** Whether a request's `Cookie` has one of a session that goes on. */
  holds(cookies: string | undefined): boolean {
    const nowMs = this.#clock.monotonicMs();
    return (cookies ?? '').split(';').some((one) => {
      const [name, secret] = one.trim().split('=', 2);
      return name === COOKIE && secret !== undefined && this.#sessions.has(secret, nowMs);
    });
  }

  #issue(among: Expiring, livesMs: number): string {
    const secret = Buffer.from(this.#random.bytes(SECRET_BYTES)).toString('hex');
    among.add(secret, this.#clock.monotonicMs() + livesMs);
    return secret;
  }
}

/** Secrets with their ends; the oldest goes when there are too many. */
class Expiring {
  readonly #max: number;
  /** By hash, so that the time of a look-up tells nothing about the secrets. */
  readonly #ends = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  add(secret: string, endMs: number): void {
    const oldest = this.#ends.keys().next();
    if (this.#ends.size >= this.#max && !oldest.done) this.#ends.delete(oldest.value);
    this.#ends.set(hashOf(secret), endMs);
  }

  has(secret: string, nowMs: number): boolean {
    const endMs = this.#ends.get(hashOf(secret));
    return endMs !== undefined && nowMs < endMs;
  }

  take(secret: string, nowMs: number): boolean {
    const held = this.has(secret, nowMs);
    this.#ends.delete(hashOf(secret));
    return held;
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
