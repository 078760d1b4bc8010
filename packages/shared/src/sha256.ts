/** Of the first 64 primes: the fraction bits of their cube roots (FIPS 180-4, 4.2.2). */
const ROUND_WORDS = fractionBits(64, (prime) => Math.cbrt(prime));
/** Of the first 8 primes: the fraction bits of their square roots (5.3.3). */
const START_WORDS = fractionBits(8, (prime) => Math.sqrt(prime));

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

function fractionBits(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count);
  let found = 0;
  for (let number = 2; found < count; number++) {
    let prime = true;
    for (let by = 2; by * by <= number && prime; by++) prime = number % by !== 0;
    if (!prime) continue;
    const value = root(number);
    words[found++] = Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
  }
  return words;
}

/** The hash of one text of bytes that comes in parts. */
export interface Sha256Stream {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. Updating afterwards is a bug. */
  digest(): string;
}

/**
 * SHA-256 in plain code, for where a page has no `crypto.subtle` (any address without TLS) or has to hash without
 * waiting. Node has a faster one.
 */
export function sha256Stream(): Sha256Stream {
  const state = Int32Array.from(START_WORDS);
  const rest = new Uint8Array(BLOCK_BYTES);
  let restBytes = 0;
  let totalBytes = 0;

  const update = (bytes: Uint8Array) => {
    totalBytes += bytes.length;
    let at = 0;
    if (restBytes > 0) {
      at = Math.min(BLOCK_BYTES - restBytes, bytes.length);
      rest.set(bytes.subarray(0, at), restBytes);
      restBytes += at;
      if (restBytes < BLOCK_BYTES) return;
      compress(state, rest, 0);
      restBytes = 0;
    }
    for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) compress(state, bytes, at);
    rest.set(bytes.subarray(at));
    restBytes = bytes.length - at;
  };

  return {
    update,
    digest() {
      const bits = BigInt(totalBytes) * 8n;
      const pad = new Uint8Array(
        1 + ((2 * BLOCK_BYTES - 1 - LENGTH_BYTES - restBytes) % BLOCK_BYTES) + LENGTH_BYTES,
      );
      pad[0] = 0x80;
      new DataView(pad.buffer).setBigUint64(pad.length - LENGTH_BYTES, bits);
      update(pad);
      let hex = '';
      for (const word of state) hex += (word >>> 0).toString(16).padStart(8, '0');
      return hex;
    },
  };
}

/** SHA-256 of bytes, lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  const stream = sha256Stream();
  stream.update(bytes);
  return stream.digest();
}

/** Of the block that is being compressed: nothing waits in between. */
const schedule = new Int32Array(64);

/** One block of 64 bytes into the state (FIPS 180-4, 6.2.2). */
function compress(state: Int32Array, bytes: Uint8Array, at: number): void {
  const w = schedule;
  for (let i = 0, from = at; i < 16; i++, from += 4) {
    w[i] =
      ((bytes[from] as number) << 24) |
      ((bytes[from + 1] as number) << 16) |
      ((bytes[from + 2] as number) << 8) |
      (bytes[from + 3] as number);
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (s0 + s1 + (w[i - 16] as number) + (w[i - 7] as number)) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const choice = (e & f) ^ (~e & g);
    const one = (h + s1 + choice + (ROUND_WORDS[i] as number) + (w[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + s0 + majority) | 0;
  }
  state[0] = ((state[0] as number) + a) | 0;
  state[1] = ((state[1] as number) + b) | 0;
  state[2] = ((state[2] as number) + c) | 0;
  state[3] = ((state[3] as number) + d) | 0;
  state[4] = ((state[4] as number) + e) | 0;
  state[5] = ((state[5] as number) + f) | 0;
  state[6] = ((state[6] as number) + g) | 0;
  state[7] = ((state[7] as number) + h) | 0;
}
