import type { LibraryId } from '@tidesync/shared/ids';
import type { Problem } from '@tidesync/shared/problems';
import { classOf, fail, isFailure, sentenceOf } from '@tidesync/shared/problems';
import { signedOutProblem } from '@tidesync/shared/signed-out';
import type { Quota } from '@tidesync/shared/wire/people';
import { engineLimits } from '../core/engine-limits.ts';
import type { EngineParts, ServerConnection } from './engine-parts.ts';
import type { LoginInput } from './face.ts';
import type { EngineSession, SignedIn } from './sign-in.ts';
import { NOT_TOLD, signIn, storedSession } from './sign-in.ts';

const QUOTA_EVERY_MS = 5_000;

export interface SessionEffects {
  /** Signed in, or known to the server by another token: what runs with the connection begins. */
  readonly begin: () => void;
  /** Ends what runs with the connection. */
  readonly rest: () => Promise<unknown>;
  /** Null: for every library. */
  readonly ring: (libraryId: LibraryId | null) => void;
  readonly changed: () => void;
}

/** Whether this device is signed in, and what the server says to that. */
export class DeviceSession {
  readonly #parts: EngineParts;
  readonly #effects: SessionEffects;
  readonly #closed: AbortSignal;
  #now: EngineSession = { is: 'out', why: 'never' };
  #bells: { close(): void } | null = null;
  #quota: Quota | null = null;
  #quotaAskedMs = Number.NEGATIVE_INFINITY;
  #stopping: Promise<unknown> = Promise.resolve();
  #signing: Promise<unknown> = Promise.resolve();
  #goingBack: Promise<void> | null = null;

  constructor(parts: EngineParts, effects: SessionEffects, closed: AbortSignal) {
    this.#parts = parts;
    this.#effects = effects;
    this.#closed = closed;
  }

  async open(): Promise<void> {
    this.#now = await storedSession(this.#parts);
  }

  get now(): EngineSession {
    return this.#now;
  }
  get quota(): Quota | null {
    return this.#quota;
  }

  /** Fails with `signedOut` or `deviceRevoked`. */
  connection(): ServerConnection {
    return this.#now.is === 'in' ? this.#now.connection : fail(signedOutProblem(this.#now.why));
  }

  /** Hears the server's doorbells until the session ends. */
  listen(): void {
    if (this.#now.is === 'out') return;
    this.#bells ??= this.#now.connection.sync.watch(
      ({ libraryId }) => this.#effects.ring(libraryId),
      // Lost as well: a look at the server tells at once whether it is down, long before the next poll.
      () => this.#effects.ring(null),
      () => void this.refreshQuota(0), // refused: the next call says why
    );
  }

  /** Replaces the token whenever that is due, until the engine closes. */
  async keepTokenFresh(): Promise<void> {
    while (!this.#closed.aborted) {
      await this.#changeToken();
      await this.#parts.clock.sleep(engineLimits.tokenLookEveryMs, this.#closed);
    }
  }

  async #changeToken(): Promise<void> {
    if (this.#now.is === 'out') return;
    const { token, connection } = this.#now;
    try {
      await token.changeIfDue((nextHash) => connection.replaceToken(nextHash));
    } catch (error) {
      if (!isFailure(error)) throw error;
      // Anything else, as a server that knows no such call: the token stays what it is, until the next look.
      await this.refused(error.problem);
    }
  }

  /** Asks at most so often; also learns at once if this device was removed. */
  async refreshQuota(everyMs = QUOTA_EVERY_MS): Promise<void> {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#now.is === 'out' || nowMs - this.#quotaAskedMs < everyMs) return;
    this.#quotaAskedMs = nowMs;
    try {
      this.#quota = await this.#now.connection.sync.quota();
      this.#effects.changed();
    } catch (error) {
      if (isFailure(error)) await this.refused(error.problem);
    }
  }

  /** The server has refused a call. If it is because of who calls, the session ends, or goes on with another token. */
  async refused(problem: Problem): Promise<void> {
    if (this.#now.is === 'out' || classOf(problem) !== 'UNAUTHENTICATED') return;
    const session = this.#now;
    if (problem.reason !== 'signedOut') {
      this.#end(session, problem);
      return;
    }
    if (this.#goingBack !== null) return this.#goingBack;
    this.#goingBack = this.#goBack(session).finally(() => {
      this.#goingBack = null;
    });
    await this.#goingBack;
    if (this.#now !== session || this.#closed.aborted) return;
    await this.#effects.rest();
    this.#bells?.close();
    this.#bells = null;
    this.#effects.begin();
  }

  /**
   * A server that comes back from a backup knows this device by a token of before. Afterwards the session goes on with
   * that one, has ended, or is to ask again because nobody answered.
   */
  async #goBack(session: SignedIn): Promise<void> {
    const { clock, log } = this.#parts;
    const found = await this.#knownToken(session);
    if (this.#now !== session) return;
    if (found.is === 'refused') {
      this.#end(session, found.problem);
      return;
    }
    try {
      if (found.is === 'unanswered' || found.token === session.token.current()) {
        await clock.sleep(engineLimits.tokenRetryMs, this.#closed);
      } else {
        await session.token.goBackTo(found.token);
        log(
          'The server knows this device by an earlier token, as after a backup was put back. It goes on with that.',
        );
      }
    } catch (error) {
      if (!isFailure(error)) throw error;
      log(error.message);
      await clock.sleep(engineLimits.tokenRetryMs, this.#closed);
    }
  }

  /** The current one first: what was refused may be a call of before, and older ones are not to be used for nothing. */
  async #knownToken({ record, token }: SignedIn): Promise<KnownToken> {
    for (const one of [token.current(), ...token.earlier]) {
      const connection = this.#parts.servers.connect(record.serverUrl, () => one);
      try {
        await connection.sync.quota();
        return { is: 'known', token: one };
      } catch (error) {
        if (!isFailure(error)) throw error;
        const { problem } = error;
        if (classOf(problem) !== 'UNAUTHENTICATED') return { is: 'unanswered' };
        if (problem.reason !== 'signedOut') return { is: 'refused', problem };
      } finally {
        connection.close();
      }
    }
    return { is: 'refused', problem: { reason: 'signedOut' } };
  }

  #end(session: SignedIn, problem: Problem): void {
    if (this.#now !== session) return;
    const isCopied = problem.reason === 'deviceRevoked' && problem.copied === true;
    this.#now = { is: 'out', why: isCopied ? 'copied' : 'revoked' };
    this.#parts.log(isCopied ? sentenceOf(problem) : 'This device was signed out by the server.');
    // A token that cannot be removed opens nothing any more. One that was copied stays: the next start learns why.
    this.#stopping = this.#close(session, isCopied ? 'keep' : 'forget').catch((error: unknown) =>
      this.#parts.log(String(error)),
    );
  }

  async #close({ connection, token }: SignedIn, stored: 'keep' | 'forget'): Promise<void> {
    this.#bells?.close();
    this.#bells = null;
    try {
      await token.end();
      if (stored === 'forget') await this.#parts.token.write(null);
    } finally {
      await this.#effects.rest();
      connection.close();
      this.#quota = null;
      this.#effects.changed();
    }
  }

  login(input: LoginInput): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#now.is === 'in') await this.refreshQuota(0); // learns whether this device was removed meanwhile
      if (this.#now.is === 'in') fail({ reason: 'alreadySetUp' });
      await this.#stopping;
      this.#now = await signIn(this.#parts, input);
      this.#effects.begin();
      this.#effects.changed();
    });
  }

  logout(): Promise<void> {
    return this.#inTurn(async () => {
      const session = this.#now;
      if (session.is === 'out') fail({ reason: 'signedOut' });
      this.#now = { is: 'out', why: 'logout' };
      await session.connection.logout().catch(() => this.#parts.log(NOT_TOLD));
      await this.#close(session, 'forget');
    });
  }

  /** One after the other: two sign-ins at once could leave the token of one with the session of the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#signing.then(work);
    this.#signing = done.catch(() => undefined);
    return done;
  }

  /** `rest`: what runs with the connection. Nothing is written any more when this resolves. */
  async close(rest: () => Promise<unknown>): Promise<void> {
    this.#bells?.close();
    await this.#stopping;
    await rest();
    if (this.#now.is === 'out') return;
    await this.#now.token.end();
    this.#now.connection.close();
  }
}

type KnownToken =
  | { readonly is: 'known'; readonly token: string }
  | { readonly is: 'refused'; readonly problem: Problem }
  | { readonly is: 'unanswered' };
