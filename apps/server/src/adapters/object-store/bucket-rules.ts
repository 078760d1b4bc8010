/** What a bucket does with objects by itself, beside keeping them. */
export interface BucketRules {
  /** Keeps what is deleted or replaced as an earlier version. */
  readonly versioning: boolean;
  /** Days after which an earlier version is removed; null: never. Only with versioning. */
  readonly earlierVersionsDays: number | null;
  /** Days after which an object is removed; null: never. */
  readonly objectsDays: number | null;
}

/** The kinds of libraries that there are. */
export type LibraryKind = 'sync';

/**
 * What each kind of library asks of its bucket. Packs of a synced folder are written once under names that are
 * never used again, and earlier versions of files are other packs: versions of objects would only keep what was
 * meant to be removed, and would be paid for by nobody's quota. And only the server knows which packs are still
 * needed, so nothing but the server may remove one.
 */
export const bucketRulesOf: Readonly<Record<LibraryKind, BucketRules>> = {
  sync: { versioning: false, earlierVersionsDays: null, objectsDays: null },
};
