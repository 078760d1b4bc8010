/** Endings of files that a system would run instead of showing them; another device may have put them there. */
const RUNNABLE = new Set(
  (
    'app appimage bash bat cab chm cmd com command cpl csh deb desktop dmg exe fish gadget hta inf ' +
    'ins inx isu jar job jse js ksh lnk mcf mpkg msc msi msix msp mst out paf pif pkg ps1 psm1 py pyw ' +
    'rb reg rgs rpm run scpt scr sct sh shb shs terminal tool u3p url vb vbe vbs vbscript webloc ' +
    'workflow ws wsf wsh xpi zsh'
  ).split(' '),
);

export interface PathFacts {
  /** Absolute, with all links followed. */
  readonly realPath: string;
  readonly kind: 'folder' | 'file' | 'missing' | 'other';
  /** Someone may run it. */
  readonly isExecutable: boolean;
  /** The synced folders, with all links followed, and the separator of this system. */
  readonly rootPaths: readonly string[];
  readonly separator: string;
}

/** What is done with a path that a screen wants opened. */
export function howToOpen(facts: PathFacts): 'open' | 'reveal' | 'refuse' {
  const { realPath, kind, rootPaths, separator } = facts;
  if (kind === 'missing') return 'refuse';
  const isInside = rootPaths.some((root) => realPath === root || realPath.startsWith(`${root}${separator}`));
  if (!isInside) return 'reveal';
  // On macOS a folder with such an ending is a program.
  const ending = /\.([^.\\/]+)$/.exec(realPath)?.[1]?.toLowerCase() ?? '';
  if (RUNNABLE.has(ending)) return 'reveal';
  if (kind === 'folder') return 'open';
  return kind === 'file' && !facts.isExecutable ? 'open' : 'reveal';
}
