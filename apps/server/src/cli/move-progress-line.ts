import { formatBytes } from '@tidesync/shared/format';
import type { MoveProgress } from '../use-cases/moving/move-watch.ts';
import type { VerifyProgress } from '../use-cases/verify/verify-watch.ts';

export type Progress = MoveProgress | VerifyProgress;

const parts: Record<Progress['part'], string> = {
  objects: 'Packs',
  rows: 'Rows',
  comparing: 'Rows compared',
  chains: 'Commits checked',
  packs: 'Packs checked',
  contents: 'Contents checked',
  history: 'Changes checked',
  listed: 'Objects listed',
  files: 'Files written',
  chunks: 'Chunks found',
};

/** How far one part of a long work is, in one line, with its rate and the time left where the rate says one. */
export function progressLine(now: Progress, elapsedMs: number): string {
  const { part, done, total, doneBytes, totalBytes } = now;
  const count = total === null ? `${counted(done)}` : `${counted(done)} of ${counted(total)}`;
  if (totalBytes === null) return `${parts[part]}: ${count}`;
  const bytes = `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
  if (elapsedMs <= 0 || doneBytes === 0) return `${parts[part]}: ${count}, ${bytes}`;
  const perSecond = (doneBytes / elapsedMs) * 1_000;
  const leftS = Math.ceil((totalBytes - doneBytes) / perSecond);
  return `${parts[part]}: ${count}, ${bytes}, ${formatBytes(perSecond)}/s, ${duration(leftS)} left`;
}

/** 1,234,567 */
export function counted(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
