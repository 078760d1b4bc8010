import type { RelPath } from '@tidesync/shared/names';
import ignore from 'ignore';

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

/** `text` is the content of the root's `.tidesyncignore` in gitignore syntax; empty if there is none. */
export function compileIgnoreRules(text: string): IgnoreRules {
  const rules = ignore({ ignorecase: false })
    .add([...DEFAULT_IGNORES])
    .add(text.replace(/^\uFEFF/, ''));
  return {
    isIgnored: (path, isFolder) => path !== '' && rules.ignores(isFolder ? `${path}/` : path),
  };
}
