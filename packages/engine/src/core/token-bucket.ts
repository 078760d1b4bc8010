/**
 * How much may pass under a speed limit: tokens come with time, one a byte, up to a capacity; what passes takes them.
 * So in any stretch of time no more passes than the limit times its length, and the capacity once.
 */
export interface TokenBucket {
  readonly bytesPerSecond: number;
  readonly capacityBytes: number;
  readonly tokens: number;
  readonly atMs: number;
}

/** Empty: a limit that begins gives nothing for the time before it. */
export function startBucket(
  { bytesPerSecond, capacityBytes }: Pick<TokenBucket, 'bytesPerSecond' | 'capacityBytes'>,
  nowMs: number,
): TokenBucket {
  return { bytesPerSecond, capacityBytes, tokens: 0, atMs: nowMs };
}

/** Null: there are not that many now. Asking for more than the capacity never succeeds. */
export function takeTokens(bucket: TokenBucket, bytes: number, nowMs: number): TokenBucket | null {
  const filled = fill(bucket, nowMs);
  return filled.tokens < bytes ? null : { ...filled, tokens: filled.tokens - bytes };
}

/** Whole milliseconds until there are that many, if nothing else takes any. */
export function waitMsFor(bucket: TokenBucket, bytes: number, nowMs: number): number {
  const missing = bytes - fill(bucket, nowMs).tokens;
  return missing <= 0 ? 0 : Math.ceil((missing / bucket.bytesPerSecond) * 1_000);
}

/** Under another limit: what has come so far stays, up to the new capacity. */
export function changeBucket(
  bucket: TokenBucket,
  { bytesPerSecond, capacityBytes }: Pick<TokenBucket, 'bytesPerSecond' | 'capacityBytes'>,
  nowMs: number,
): TokenBucket {
  const { tokens } = fill(bucket, nowMs);
  return { bytesPerSecond, capacityBytes, tokens: Math.min(tokens, capacityBytes), atMs: nowMs };
}

function fill(bucket: TokenBucket, nowMs: number): TokenBucket {
  const { tokens, atMs, bytesPerSecond, capacityBytes } = bucket;
  const comeBytes = (Math.max(0, nowMs - atMs) * bytesPerSecond) / 1_000;
  return { ...bucket, tokens: Math.min(capacityBytes, tokens + comeBytes), atMs: Math.max(atMs, nowMs) };
}
