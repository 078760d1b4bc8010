/** Who may do a job now, across all servers; the row stays when it is given up, so that fences only rise. */
export interface LeaseRow {
  /** The server that has it, or had it last. */
  readonly holder: string;
  /** Counts the holders: of two that both believe to have it, the higher one is right. */
  readonly fence: number;
  /** Nobody else takes it before. */
  readonly untilMs: number;
}

export interface LeaseReads {
  /** Null: nobody has ever had it. */
  byName(name: string): Promise<LeaseRow | null>;
}

/** Times are those of the servers' clocks: what runs under a lease must bear to run twice when clocks differ. */
export interface LeaseWrites extends LeaseReads {
  /** Takes what nobody has until now; its fence, or null if someone has it. */
  take(lease: {
    readonly name: string;
    readonly holder: string;
    readonly nowMs: number;
    readonly untilMs: number;
    /** Nobody rightly has it for longer than this: beyond it a clock was wrong, and it is free. */
    readonly latestMs: number;
  }): Promise<number | null>;
  /**
   * Keeps it for longer, or gives it back with a time that has passed. False, and nothing written, if someone else
   * has taken it meanwhile.
   */
  keep(lease: { readonly name: string; readonly fence: number; readonly untilMs: number }): Promise<boolean>;
}
