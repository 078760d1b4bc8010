import { assert } from '@tidesync/shared/brand';

/** Bounds that concern one device alone, each with its unit in its name; see also shared `limits`. */
export const engineLimits = {
  /** Records of what was done, in each root; the oldest give way. */
  activityMax: 10_000,
  /** Times in which the engine ran, as far back as they are remembered. */
  runsMax: 1_000,
  /** How often it is noted that the engine runs; a crash leaves so much of its last run unnoted. */
  runNotedEveryMs: 5 * 60_000,
  /** The engine was away for at least so long where the activity tells of it. */
  gapMsMin: 60_000,
  /** How far the stored records may outgrow `activityMax` before the oldest are removed together. */
  activitySlack: 500,
  /** From so many deleted files on the deletes wait for a yes, unless a folder is told otherwise. */
  massDeleteFiles: 200,
  massDeletePercent: 25,
  /** A part of a small library is soon a large one: fewer files than this are never held for their percentage. */
  massDeletePercentFilesMin: 50,
  /** All files of a library that is left empty, if they are so many at once: one alone is no library to speak of. */
  emptiedFilesMin: 2,
  /** Deletes that left so long ago still count. */
  massDeleteWindowMs: 10 * 60_000,
  /** More deletes than this wait until nothing more has gone for `deletesQuietMs`, so that they count together. */
  deletesAtOnce: 10,
  deletesQuietMs: 2_000,
  /** Paths of a held batch that are shown at once. */
  heldPathsShownMax: 10_000,
  /** How long what is left out stays on the disk, out of sight, for programs that have it open. */
  leavingMs: 10 * 60_000,
  /** Excluded entries that one plan takes off this device. */
  leavingPerPlanMax: 3_000,
  /** Paths that hold back an exclusion, of those that are told. */
  unsyncedShownMax: 1_000,
  /** What a device sends without a rest is one batch, but for no longer than this. */
  batchMsMax: 15 * 60_000,
  /** A longer line of `.tidesyncignore` is no rule: no path needs it, and what it becomes could not be matched. */
  ignoreLineCharsMax: 4_096,
  /** Ids that one read of the journal takes while all are walked. */
  idsPerPage: 5_000,
  /** The check in idle time looks at so much at once, which costs well under 1 % of a core. */
  idleCheckEveryMs: 60_000,
  idleCheckEntriesMax: 300,
  idleCheckReadsMax: 20,
  idleCheckReadBytesMax: 8 * 1024 * 1024,
  /** How often it compares the server's whole listing. */
  idleCompareEveryMs: 24 * 3_600_000,
  /** A file that changed more lately is the business of the next scan, and no finding. */
  freshChangeMs: 60_000,
  /** What a program did not sync is on the disk by then: Linux writes it back after 30 seconds, and looks every 5. */
  youngMs: 60_000,
  /** A file of nothing but zeros is no sign of a crash if it is smaller: a sector. */
  blankedBytesMin: 512,
  /** How often power and network are looked at while a rule speaks of them. */
  ruleLookEveryMs: 15_000,
  /** After this long a device's token is replaced. */
  tokenLifeMs: 24 * 3_600_000,
  /** How often it is looked whether that is due. */
  tokenLookEveryMs: 3_600_000,
  /**
   * Replaced tokens that are kept for a server that comes back from a backup: about so many days. The smallest keyring,
   * that of Windows, holds 2,560 bytes of UTF-16.
   */
  earlierTokensMax: 7,
  /** How long a device waits before it tries again by which of its tokens its server knows it. */
  tokenRetryMs: 10_000,
  /** Of one check, listed; it counts all. */
  findingsShownMax: 1_000,
} as const;

assert(engineLimits.activitySlack < engineLimits.activityMax, 'activity is pruned in small parts');
