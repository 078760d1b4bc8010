import type { RelPath } from '@tidesync/shared/names';
import ignore from 'ignore';
import { engineLimits } from './engine-limits.ts';

/** What is masked away before planning: in no tree, never uploaded, never deleted. */
export interface IgnoreRules {
  isIgnored(path: RelPath, isFolder: boolean): boolean;
}

/**
 * Junk that systems and programs leave everywhere and that nobody misses on another computer. Only such things:
 * `node_modules`, `.git` and `*.tmp` are somebody's work. A line `!pattern` in `.tidesyncignore` takes one back.
 */
export const DEFAULT_IGNORES: readonly string[] = [
  '.DS_Store',
  '._*',
  '.AppleDouble',
  '.LSOverride',
  'Icon\r',
  '.Spotlight-V100',
  '.Trashes',
  '.fseventsd',
  '.TemporaryItems',
  '.DocumentRevisions-V100',
  '.apdisk',
  'Thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '$RECYCLE.BIN/',
  'System Volume Information/',
  '.directory',
  '.Trash-*/',
  '.nfs*',
  '.fuse_hidden*',
  '.~lock.*#',
  '~$*',
  '.goutputstream-*',
];

/**
 * `text` is the content of the root's `.tidesyncignore` in gitignore syntax; empty if there is none. Whatever a program
 * has put there, it is read as far as it is rules.
 */
export function compileIgnoreRules(text: string): IgnoreRules {
  const lines = [...DEFAULT_IGNORES, ...linesOf(text)];
  const compiled = () => ignore({ ignorecase: false }).add(lines);
  let rules = compiled();
  let judged = 0;
  return {
    isIgnored(path, isFolder) {
      if (path === '') return false;
      if (++judged % JUDGED_MAX === 0) rules = compiled();
      return rules.ignores(isFolder ? `${path}/` : path);
    },
  };
}

/** Compiled rules keep every path that they have judged in memory, for good. */
const JUDGED_MAX = 20_000;

function linesOf(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.filter((line) => line.length <= engineLimits.ignoreLineCharsMax);
}
