import { assert } from '@tidesync/shared/brand';

/** Bounds that concern one device alone, each with its unit in its name; see also shared `limits`. */
export const engineLimits = {
  /** Records of what was done, in each root; the oldest give way. */
  activityMax: 10_000,
  /** How far the stored records may outgrow `activityMax` before the oldest are removed together. */
  activitySlack: 500,
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
  /** Of one check, listed; it counts all. */
  findingsShownMax: 1_000,
} as const;

assert(engineLimits.activitySlack < engineLimits.activityMax, 'activity is pruned in small parts');
