/** The server's time. Only what is shown, recorded or expires reads it; the order of commits never does. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
}
