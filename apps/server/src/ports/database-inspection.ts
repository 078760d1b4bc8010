/** A look at the metadata database from outside, beside running servers. It changes nothing. */
export interface DatabaseInspection {
  /** Product and version, and where it is, without any password. */
  readonly what: string;
  /** How many migrations it has seen; null: there is no database yet. */
  readonly format: number | null;
  /** How many this program has. */
  readonly formatKnown: number;
  /** How far its clock is ahead of this machine's; null where they are one. */
  readonly clockAheadMs: number | null;
  /** What its settings should be and are not, as sentences. */
  readonly complaints: readonly string[];
  /** The number that a query answers with; the query is taken by both databases. */
  count(query: string): Promise<number>;
  close(): Promise<void>;
}
