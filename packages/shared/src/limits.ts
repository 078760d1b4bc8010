import { assert } from './brand.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GB = 1_000_000_000;

/** Every bound of the product, with its unit in its name. A bound that is not here does not exist. */
export const limits = {
  chunkBytesMin: 256 * KIB,
  chunkBytesAverage: 1 * MIB,
  chunkBytesMax: 4 * MIB,
  packBytesMax: 16 * MIB,
  packChunksMax: 4_096,
  /** A pack's content and index, and one chunk that crossed its bound. */
  objectBytesMax: 20 * MIB,
  /** References in one chunk list; longer lists get one level of list chunks (see chunk-list.ts). */
  chunkListRefsMax: 1_024,
  nameBytesMax: 255,
  pathDepthMax: 256,
  symlinkTargetBytesMax: 4_095,
  /** 1,024 list chunks of 1,024 chunks of at least 256 KiB. */
  fileBytesMax: 256 * 1_024 * MIB,
  opsPerCommitMax: 1_000,
  changesPerPageMax: 2_000,
  batchesPerPageMax: 100,
  entriesPerPageMax: 2_000,
  /** Entries that one call of a search looks at before it says where to go on. */
  searchedPerCallMax: 50_000,
  searchTextCharsMax: 200,
  chunksPerMissingCallMax: 4_096,
  packsPerCallMax: 64,
  revisionsPerStageCallMax: 1_000,
  /** Chunk references over all revisions and lists of one stage call. */
  refsPerStageCallMax: 16_384,
  chunksPerLocateCallMax: 4_096,
  /** Contents that the server has lost bytes of, in one answer. */
  wantedPerPageMax: 1_000,
  /** Packs of one library that wait to be read back because devices had trouble with them. */
  suspectPacksMax: 1_000,
  requestBodyBytesMax: 8 * MIB,
  /** A longer body is read only for a device that is signed in. */
  openBodyBytesMax: 64 * KIB,
  /** Of such longer bodies, what one account has under way at once. */
  bodiesPerAccountBytesMax: 24 * MIB,
  /** How much of a refused body is taken off the line unkept, so that whoever sends it reads why. */
  swallowedBodyBytesMax: 2 * MIB,
  /** Of a body's JSON, before it is parsed; a commit has five levels. */
  requestDepthMax: 32,
  /** Commas and opening brackets of a body's JSON. The fullest call, 8 MiB of packs to seal, has 270,000. */
  requestMarksMax: 300_000,
  requestsPerBatchMax: 10,
  quotaBytesDefault: 10 * GB,
  /** What a member takes of its organisation's pool at once: an eighth of what is free, between these two. */
  sliceBytesMin: 64 * MIB,
  sliceBytesMax: 1_024 * MIB,
  sliceDivisor: 8,
  /** How often one call gathers what other members leave idle before it is refused. */
  sliceReclaimsMax: 8,
  recountDriftsShownMax: 1_000,
  /** What one check lists of each kind; it counts all. */
  findingsShownMax: 1_000,
  auditPerPageMax: 500,
  uploadLifeMs: 24 * 3_600_000,
  signedPutLifeMs: 15 * 60_000,
  signedGetLifeMs: 60 * 60_000,
  /** The slowest that a person may make a direction: a pack still travels well within the life of its address. */
  speedLimitBytesMin: 50_000,
  speedLimitBytesMax: 100 * GB,
  /** How long a PUT may take because of a speed limit; the rest of its address's life is for line and server. */
  limitedPutMsMax: 12 * 60_000,
  /** How long one call of a restore goes on before the caller is told to ask for the rest. */
  restoreCallMs: 10_000,
  restoredListedMax: 1_000,
  /** Of what a sync replaced or removed on a device; a server's own is `retentionDaysDefault`. */
  trashLifeMs: 30 * 24 * 3_600_000,
  /** How long a server keeps versions and trash, unless it or a library says otherwise. */
  retentionDaysDefault: 30,
  retentionDaysMax: 3_650,
  /**
   * How long a chunk that nothing needs stays condemned before it is freed: longer than an upload lives and than clocks
   * of servers differ, so that who was told that it is there has the time to use it.
   */
  condemnedLifeMs: 72 * 3_600_000,
  /** How long content stays that was staged and never committed; longer than its upload. */
  stagedLifeMs: 72 * 3_600_000,
  /** How long what was sealed stays for a file that is still on its way, as long as its sender is at it. */
  sealedLifeMs: 7 * 24 * 3_600_000,
  /** How long one call of a collection goes on before the rest is left to the next one. */
  collectCallMs: 20_000,
  deleteAfterDaysDefault: 7,
  versionsPerPageMax: 500,
  quotasPerCallMax: 500,
  /** A device that was heard of since then counts as active; one that calls is written down once an hour. */
  activeWithinMs: 75 * 60_000,
  activityHoursMax: 90 * 24,
  /** Of a browser that was told to stay signed in; no other one stays for longer either. */
  browserSessionLifeMs: 30 * 24 * 3_600_000,
  /** How long one that was not told so may stay unused. It is looked at once an hour, so an hour less may end it. */
  browserSessionIdleMs: 12 * 3_600_000,
  /** How long a device's token is good behind the first use of the one that took its place. */
  replacedTokenGraceMs: 60_000,
  /** A token in use lives at least so long, so that those that were replaced stay few. */
  deviceTokenLifeMsMin: 3_600_000,
  /** How long a server knows the tokens of a device that were replaced, and notices their use. */
  replacedTokenKeptMs: 366 * 24 * 3_600_000,
  passwordLengthMin: 8,
  passwordLengthMax: 1_024,
  emailBytesMax: 320,
  libraryNameBytesMax: 255,
  deviceNameBytesMax: 120,
  organisationNameBytesMax: 255,
} as const;

assert(
  limits.requestBodyBytesMax <= limits.bodiesPerAccountBytesMax,
  'an account that has nothing under way may send any call',
);
assert(limits.condemnedLifeMs > limits.uploadLifeMs, 'who was told that a chunk is there can use it');
assert(limits.stagedLifeMs > limits.uploadLifeMs, 'what was staged can be committed');
assert(
  limits.browserSessionIdleMs > limits.activeWithinMs,
  'a session in use is heard of before it would end unused',
);
assert(
  (limits.objectBytesMax / limits.speedLimitBytesMin) * 1_000 <= limits.limitedPutMsMax,
  'the slowest limit sends the largest object in its time',
);
assert(limits.limitedPutMsMax < limits.signedPutLifeMs, 'a limited PUT ends before its address does');
assert(limits.chunkBytesMin < limits.chunkBytesAverage, 'chunk minimum below average');
assert(limits.chunkBytesAverage < limits.chunkBytesMax, 'chunk average below maximum');
assert(limits.chunkBytesMax * 2 <= limits.packBytesMax, 'a pack holds at least two chunks of any size');
assert(limits.packBytesMax + limits.chunkBytesMax <= limits.objectBytesMax, 'an object holds any pack');
assert(limits.opsPerCommitMax <= limits.changesPerPageMax, 'a page of changes holds any whole commit');
assert(
  limits.chunkListRefsMax ** 2 * limits.chunkBytesMin >= limits.fileBytesMax,
  'two levels of chunk lists reach the largest file',
);
