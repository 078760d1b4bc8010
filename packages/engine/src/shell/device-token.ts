import type { TokenBinding } from '../core/bound-token.ts';
import { storedText } from '../core/bound-token.ts';
import type { DeviceTokens } from '../core/device-tokens.ts';
import { backTo, isDue, replacedBy, withNext } from '../core/device-tokens.ts';
import type { EngineParts } from './engine-parts.ts';

const TOKEN_BYTES = 32;

export type DeviceTokenParts = Pick<EngineParts, 'token' | 'clock' | 'random' | 'sha256'>;

/**
 * The token of one sign-in, which changes. What is stored is written before it is used: a stop at any moment leaves a
 * token that the server takes. Methods reject with Failure.
 */
export class DeviceToken {
  readonly #parts: DeviceTokenParts;
  readonly #binding: TokenBinding;
  #tokens: DeviceTokens;
  #isOver = false;
  /** One write after the other. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(parts: DeviceTokenParts, binding: TokenBinding, tokens: DeviceTokens) {
    this.#parts = parts;
    this.#binding = { serverUrl: binding.serverUrl, deviceId: binding.deviceId };
    this.#tokens = tokens;
  }

  /** What to sign the next call with. */
  readonly current = (): string => this.#tokens.current;

  get earlier(): readonly string[] {
    return this.#tokens.earlier;
  }

  /** Stores it as it is. */
  keep(): Promise<void> {
    return this.#keep((tokens) => tokens);
  }

  /**
   * Replaces it if it is time. `tell` lets the server know of the next one, by its hash, signed with the current one;
   * without its answer the same is told again the next time, and the current one is good until then.
   */
  async changeIfDue(tell: (nextHash: string) => Promise<void>): Promise<void> {
    const { clock, random, sha256 } = this.#parts;
    if (this.#isOver || !isDue(this.#tokens, clock.nowMs())) return;
    if (this.#tokens.next === null) {
      const made = `tds_${Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')}`;
      await this.#keep((tokens) => withNext(tokens, made));
    }
    const { next } = this.#tokens;
    if (this.#isOver || next === null) return;
    await tell(sha256(next));
    // Meanwhile the server may have been found to be an earlier one.
    await this.#keep((tokens) => (tokens.next === next ? replacedBy(tokens, next, clock.nowMs()) : tokens));
  }

  /** Goes on with an earlier one. */
  goBackTo(earlier: string): Promise<void> {
    return this.#keep((tokens) => backTo(tokens, earlier));
  }

  /** Nothing is written any more when this resolves. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#writing;
  }

  async #keep(change: (tokens: DeviceTokens) => DeviceTokens): Promise<void> {
    const written = this.#writing.then(async () => {
      if (this.#isOver) return;
      const tokens = change(this.#tokens);
      await this.#parts.token.write(storedText(tokens, this.#binding));
      this.#tokens = tokens;
    });
    this.#writing = written.catch(() => undefined);
    await written;
  }
}
