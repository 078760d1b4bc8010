import { assert } from '@tidesync/shared/brand';
import { limits } from '@tidesync/shared/limits';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Bounds of moving bytes on this device. Memory for content is at most the two products asserted below. */
export const transferLimits = {
  /** Packs being filled or sent, over all uploads of one root. */
  packBuffersMax: 4,
  /** Room for the index behind a pack's content. */
  packIndexBytesMax: 1 * MIB,
  /** Small files read at the same time. */
  smallReadsMax: 8,
  /** What a file may have to send and still be read in one go. */
  smallReadBytesMax: 512 * KIB,
  /** Tries of one PUT, GET or signed URL before the call gives up. */
  triesMax: 4,
  retryDelayMs: 500,
  /** Tries of one call while the account has too much under way; the server says how long to wait in between. */
  busyTriesMax: 6,
  /** An upload session is left at this age, well before the server ends it. */
  sessionAgeMsMax: limits.uploadLifeMs / 2,
  /** As the wire has it. */
  listsPerStageCallMax: 64,
  /** Rounds of asking what is missing and sending it, before a call gives up on a server that forgets. */
  roundsMax: 4,
  rangesInFlightMax: 4,
  rangeBytesMax: 8 * MIB,
  /** Unwanted bytes between two wanted chunks that are cheaper to read than a second request. */
  rangeGapBytesMax: 64 * KIB,
  /** Content that is located, signed and ordered by pack at a time. */
  windowBytesMax: 64 * MIB,
  windowsInFlightMax: 2,
  /** Temporary files that are written and synced at the same time. */
  filesFinishingMax: 16,
  signedUrlsKeptMax: 1_024,
  /** Signed URLs are renewed this long before they end. */
  urlMarginMs: 60_000,
  /** Under a speed limit: PUTs and GETs that run at once, over all folders. */
  limitedAtOnceMax: 8,
  /** How much of a limit's time is let through at once, in bytes between these two. */
  pacePortionMs: 250,
  pacePortionBytesMin: 16 * KIB,
  pacePortionBytesMax: 4 * MIB,
  /** With each of those that run at once, a connection waits at most so long for its next bytes. */
  paceWaitMsMax: 10_000,
  /** What downloads leave free on the disk. */
  freeReserveBytes: 64 * MIB,
} as const;

assert(
  transferLimits.packBuffersMax * (limits.packBytesMax + transferLimits.packIndexBytesMax) <= 128 * MIB,
  'uploads hold at most 128 MiB of packs',
);
assert(
  transferLimits.rangesInFlightMax * transferLimits.rangeBytesMax <= 64 * MIB,
  'downloads hold at most 64 MiB of ranges',
);
assert(limits.chunkBytesMax <= transferLimits.rangeBytesMax, 'a range holds any chunk');
assert(transferLimits.packIndexBytesMax <= limits.chunkBytesMax, 'a full pack and its index can be signed');
assert(
  transferLimits.limitedAtOnceMax * transferLimits.pacePortionMs <= transferLimits.paceWaitMsMax,
  'no connection rests for so long because of a limit that somebody takes it for dead',
);
assert(
  (transferLimits.pacePortionBytesMin / limits.speedLimitBytesMin) * 1_000 <= transferLimits.paceWaitMsMax,
  'the smallest portion comes soon at the slowest limit',
);
