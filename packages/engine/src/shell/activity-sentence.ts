import { formatBytes } from '@tidesync/shared/format';
import type { ActivityKind, ActivityRecord } from '../ports/journal.ts';

const SENTENCES: Record<ActivityKind, (path: string, detail: string) => string> = {
  uploaded: (path) => `Sent "${path}".`,
  downloaded: (path, detail) =>
    `Received "${path}"${detail === '' ? '' : ` (${formatBytes(Number(detail))})`}.`,
  movedHere: (path, detail) => `Moved "${detail}" to "${path}", as on another device.`,
  movedThere: (path) => `Moved to "${path}" on the server.`,
  deletedHere: (path) => `Put "${path}" into the trash, as it was deleted on another device.`,
  deletedThere: (path) => `Deleted "${path}" on the server; it can be restored for 30 days.`,
  madeHere: (path) => `Made "${path}", as on another device.`,
  madeThere: (path) => `Made "${path}" on the server.`,
  conflict: (path, detail) =>
    `"${path}" was changed on two devices; this device's version is kept as "${detail}".`,
  leftOut: (path) => `Took "${path}" off this device; it stays on the server.`,
  settled: (path, detail) =>
    `Of "${path}" ${detail === 'mine' ? "this device's" : "the other device's"} version was kept, as you said.`,
  restored: (path) => `Restored "${path}".`,
  broughtBack: (path) =>
    `Brought "${path}" back from the server: it was new when this computer went down, and not on its disk afterwards.`,
};

export function sentenceOfActivity({ kind, path, detail }: ActivityRecord): string {
  return SENTENCES[kind](path, detail);
}
