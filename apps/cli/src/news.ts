import type { EngineFace } from '@tidesync/engine/local-api/engine-face';
import type { ActivityView } from '@tidesync/engine/shell/face';
import type { EngineStatus } from '@tidesync/shared/wire/engine';
import { sessionLine } from './status-text.ts';

/** What is worth a line of its own in a log, between two looks at the engine. */
export function newsBetween(before: EngineStatus | null, after: EngineStatus): string[] {
  const lines: string[] = [];
  const session = sessionLine(after.session);
  if (before === null || session !== sessionLine(before.session)) lines.push(session);
  for (const root of after.roots) {
    const old = before?.roots.find((one) => one.rootId === root.rootId);
    if (old === undefined) lines.push(`${root.path} is synced with the library "${root.libraryName}".`);
    // Progress changes all the time; only coming to rest, or being kept from it, is news.
    if (old?.state !== root.state || (root.state !== 'syncing' && old.sentence !== root.sentence)) {
      lines.push(`${root.libraryName}: ${root.sentence}`);
    }
  }
  for (const root of before?.roots ?? []) {
    const gone = !after.roots.some((one) => one.rootId === root.rootId);
    if (gone) lines.push(`${root.path} is no longer synced.`);
  }
  return lines;
}

const ACTIVITY_LINES_MAX = 5;

export interface RecentActivity {
  /** Newest first. */
  readonly activity: readonly ActivityView[];
  /** False if there was more than was read. */
  readonly isComplete: boolean;
}

/** Oldest first; a flood is told as a number. */
export function activityNews({ activity, isComplete }: RecentActivity): string[] {
  const shown = activity.slice(0, ACTIVITY_LINES_MAX).reverse();
  const more = activity.length - shown.length;
  const lines = shown.map((one) => one.sentence);
  const count = isComplete ? String(more) : 'many';
  return more > 0 ? [`… and ${count} more before these:`, ...lines] : lines;
}

export interface NewsReader {
  /** What the person has been told already; null or absent: nothing. */
  readonly known?: EngineStatus | null;
  say(line: string): void;
  /** After the lines that belong to it. */
  status?(status: EngineStatus): void;
}

/** Says what the engine does, line by line, until the signal fires or the engine stops. */
export async function followNews(face: EngineFace, reader: NewsReader, signal: AbortSignal): Promise<void> {
  const recent = activityReader(face);
  await recent();
  let before: EngineStatus | null = reader.known ?? null;
  for await (const status of face.watch(signal)) {
    for (const line of activityNews(await recent())) reader.say(line);
    for (const line of newsBetween(before, status)) reader.say(line);
    reader.status?.(status);
    before = status;
  }
}

const READ_MAX = 200;
const keyOf = (one: ActivityView) => `${one.atMs} ${one.rootId} ${one.kind} ${one.path}`;

/** Each call gives what was added since the one before. */
function activityReader(face: EngineFace): () => Promise<RecentActivity> {
  let newest: string | null = null;
  return async () => {
    const activity = await face.activity(READ_MAX);
    const known = newest === null ? activity.length : activity.findIndex((one) => keyOf(one) === newest);
    const first = activity[0];
    const added = newest === null ? [] : known < 0 ? activity : activity.slice(0, known);
    newest = first === undefined ? '' : keyOf(first);
    return { activity: added, isComplete: known >= 0 || activity.length < READ_MAX };
  };
}
