/** What a report is made of beyond the engine's own words. Nothing of it rejects: what cannot be had is said. */
export interface DiagnosisSources {
  /** Of program, Node and system. */
  versions(): Readonly<Record<string, string>>;
  /** Null: no engine has announced itself. */
  enginePid(): Promise<number | null>;
  /** Files of the home, with their sizes and modes. */
  files(): Promise<readonly { readonly name: string; readonly bytes: number; readonly mode: string }[]>;
  /** Watched folders of a process, and what the system allows a user; null where that is not known. */
  watches(pid: number): Promise<{ readonly watched: number; readonly allowed: number } | null>;
  /** The last lines of what the service said. */
  logTail(): Promise<readonly string[]>;
  /** Variables of Tidesync that are set. */
  settings(): Readonly<Record<string, string>>;
  /** What must not be in any report. */
  secrets(): Promise<readonly string[]>;
}
