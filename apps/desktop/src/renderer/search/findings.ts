// What a search finds, and in which order: screens and settings first, which are few, then folders, then files.

/** A screen or a setting, a synced folder, or an entry on the server. */
export interface Finding {
  readonly id: string;
  readonly is: 'screen' | 'folder' | 'file';
  readonly name: string;
  /** Where it is; empty for a screen. */
  readonly where: string;
  readonly go: () => void;
  /** What else it is found by, like the settings on a screen. */
  readonly also?: string;
}

/** Findings of a kind that are shown at once. */
export const SHOWN_OF_A_KIND_MAX = 20;

/** Those whose name, place or other words hold all the words, whatever their case. */
export function matching(all: readonly Finding[], text: string): Finding[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all
    .filter(({ name, where, also = '' }) => {
      const held = `${name} ${where} ${also}`.toLowerCase();
      return words.every((word) => held.includes(word));
    })
    .slice(0, SHOWN_OF_A_KIND_MAX);
}

/** The chosen one after a key was pressed; at either end it begins at the other. */
export function nextChoice(chosen: number, count: number, key: string): number {
  if (count === 0) return 0;
  if (key === 'ArrowDown') return (chosen + 1) % count;
  if (key === 'ArrowUp') return (chosen - 1 + count) % count;
  return Math.min(chosen, count - 1);
}
