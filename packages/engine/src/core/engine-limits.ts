import { assert } from '@tidesync/shared/brand';

/** Bounds that concern one device alone, each with its unit in its name; see also shared `limits`. */
export const engineLimits = {
  /** Records of what was done, in each root; the oldest give way. */
  activityMax: 10_000,
  /** How far the stored records may outgrow `activityMax` before the oldest are removed together. */
  activitySlack: 500,
  /** Ids that one read of the journal takes while all are walked. */
  idsPerPage: 5_000,
} as const;

assert(engineLimits.activitySlack < engineLimits.activityMax, 'activity is pruned in small parts');
