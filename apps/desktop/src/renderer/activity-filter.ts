import type { Activity } from '../shell/activity-words.ts';

const SHOWN = {
  sent: ['uploaded', 'movedThere', 'deletedThere', 'madeThere'],
  received: ['downloaded', 'movedHere', 'madeHere', 'restored'],
  removed: ['deletedHere', 'deletedThere'],
} as const;
export type Show = 'all' | keyof typeof SHOWN;

export function isShown({ kind, path }: Activity, show: Show, find: string): boolean {
  const isKind = show === 'all' || SHOWN[show].some((one) => one === kind);
  return isKind && path.toLowerCase().includes(find.toLowerCase());
}
