import type { Formats } from '@tidesync/shared/human-format';
import { parseProblem } from '@tidesync/shared/problems';
import { groupByCause } from '@tidesync/shared/trouble-groups';
import type { pathTroubleView } from '@tidesync/shared/wire/engine';
import { problemWords } from '@tidesync/ui/problem-words';
import type { KitWords } from '@tidesync/ui/words.tsx';
import type { z } from 'zod';
import { troublesEn } from './words/troubles-en.ts';
import type { DesktopWords } from './words.ts';

export type Trouble = z.infer<typeof pathTroubleView>;

/** Troubles with one cause, which one cure makes right. */
export interface TroubleGroup {
  readonly key: string;
  readonly title: string;
  readonly cure: string;
  readonly code: string;
  readonly troubles: readonly Trouble[];
}

export interface Speech {
  readonly words: DesktopWords;
  readonly kit: KitWords;
  readonly formats: Formats;
}

/** One group for each cause, those with the most paths first. */
export function groupTroubles(troubles: readonly Trouble[], speech: Speech): TroubleGroup[] {
  return groupByCause(troubles).map(({ key, first, troubles }) => ({
    key,
    ...causeOf(first, speech),
    troubles,
  }));
}

function causeOf(
  trouble: Trouble,
  { words, kit, formats }: Speech,
): Pick<TroubleGroup, 'title' | 'cure' | 'code'> {
  const { code, facts } = trouble;
  const problem = code === 'refused' ? parseProblem(facts.problem) : null;
  if (problem !== null) {
    const { what, cure, code: reason } = problemWords(problem, kit, formats);
    return { title: what, cure, code: reason };
  }
  if (!isKnown(code)) return { title: trouble.sentence, cure: trouble.remedy, code };
  return { title: words(`troubles.${code}.title`), cure: words(`troubles.${code}.cure`), code };
}

function isKnown(code: string): code is keyof typeof troublesEn {
  return Object.hasOwn(troublesEn, code);
}

/** What is special about one path of a group: its size, the name in its way; empty if nothing is. */
export function detailOf({ code, facts }: Trouble, { words, formats }: Speech): string {
  const { neededBytes, sizeBytes, limitBytes, fault, allowed } = facts;
  if (code === 'diskFull' && typeof neededBytes === 'number') {
    return words('details.needed', { size: formats.bytes(neededBytes) });
  }
  if (code === 'tooLarge' && typeof sizeBytes === 'number' && typeof limitBytes === 'number') {
    return words('details.large', { size: formats.bytes(sizeBytes), limit: formats.bytes(limitBytes) });
  }
  if (code === 'nameClash' && typeof facts.with === 'string')
    return words('details.clash', { other: facts.with });
  if (code === 'typeRefused' && Array.isArray(allowed)) {
    return words('details.allowed', { allowed: allowed.map((one) => `.${String(one)}`).join(' ') });
  }
  if (code === 'badName' && isFault(fault)) return words(`faults.${fault}`);
  return '';
}

const FAULTS = ['empty', 'dots', 'slashOrNul', 'notUnicode', 'tooLong', 'reserved', 'ownFolder'] as const;

function isFault(fault: unknown): fault is (typeof FAULTS)[number] {
  return FAULTS.some((one) => one === fault);
}
