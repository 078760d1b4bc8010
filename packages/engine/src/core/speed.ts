/** How fast something goes, by what has gone in the last seconds; steady enough to be read. */
export interface Speed {
  readonly startedMs: number;
  readonly atMs: number;
  /** Bytes that have gone, of which the older ones count less. */
  readonly weightedBytes: number;
}

/** After this long, bytes count a third. */
const FADE_MS = 3_000;

export function startSpeed(nowMs: number): Speed {
  return { startedMs: nowMs, atMs: nowMs, weightedBytes: 0 };
}

export function addBytes(speed: Speed, bytes: number, nowMs: number): Speed {
  return { ...speed, atMs: nowMs, weightedBytes: fadedBytes(speed, nowMs) + bytes };
}

/** Null while there is too little to tell. */
export function bytesPerSecond(speed: Speed, nowMs: number): number | null {
  const ageMs = nowMs - speed.startedMs;
  if (ageMs < MEASURE_MS_MIN) return null;
  // What the fading weighs over that age, so that the first seconds are not too slow.
  const weightMs = FADE_MS * (1 - Math.exp(-ageMs / FADE_MS));
  return Math.round((fadedBytes(speed, nowMs) / weightMs) * 1_000);
}

const MEASURE_MS_MIN = 500;

function fadedBytes({ atMs, weightedBytes }: Speed, nowMs: number): number {
  return weightedBytes * Math.exp(-Math.max(0, nowMs - atMs) / FADE_MS);
}
