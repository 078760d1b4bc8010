/** Bounds of the server's own calls to its object store. Clients have theirs. */
export const s3Limits = {
  /** A connection has to stand by then. */
  connectTimeoutMs: 5_000,
  /** No byte either way for so long ends a call. */
  idleTimeoutMs: 10_000,
  /** A call without a body worth mentioning, as a whole. */
  shortCallTimeoutMs: 15_000,
  /** A call that moves a whole object. */
  longCallTimeoutMs: 120_000,
  socketsMax: 32,
  /** What is read of an answer that is no object. */
  answerBytesMax: 256 * 1024,
} as const;
