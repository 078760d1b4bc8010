/** What a report is made of beyond the engine's own words. Nothing rejects: what cannot be had is said in words. */
export interface DiagnosisSources {
  /** Of program, Node and system. */
  versions(): Readonly<Record<string, string>>;
  /** Null: no engine has announced itself. */
  enginePid(): Promise<number | null>;
  /** Files of the home, with their sizes and modes. */
  files(): Promise<readonly { readonly name: string; readonly bytes: number; readonly mode: string }[]>;
  /** Watched folders of a process, and what the system allows a user; null where that is not known. */
  watches(pid: number): Promise<{ readonly watched: number; readonly allowed: number } | null>;
  /** What the rules of the device would go by, with what is made of what cannot be known. */
  powerAndNetwork(): Promise<{ readonly power: string; readonly network: string }>;
  /** The last lines of what the service said. */
  logTail(): Promise<readonly string[]>;
  /** Variables of Tidesync that are set. */
  settings(): Readonly<Record<string, string>>;
  /** What must not be in any report. */
  secrets(): Promise<readonly string[]>;
}
