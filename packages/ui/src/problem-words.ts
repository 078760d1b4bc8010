import type { Formats } from '@tidesync/shared/human-format';
import type { WordValues } from '@tidesync/shared/languages';
import type { Problem } from '@tidesync/shared/problems';
import { isFailure, parseProblem, sentenceOf } from '@tidesync/shared/problems';
import { problemsEn } from './words/problems-en.ts';
import type { KitWords } from './words.tsx';

/** What a person reads about a problem: what and why, then what cures it (empty: that is in `what`). */
export interface ProblemWords {
  readonly what: string;
  readonly cure: string;
  /** Stable, for those who look it up. */
  readonly code: string;
}

/** In the language that is shown; in the words of the program that reports it if the catalogue does not know it. */
export function problemWords(problem: Problem, words: KitWords, formats: Formats): ProblemWords {
  const { reason } = problem;
  if (!isKnown(reason)) return { what: sentenceOf(problem), cure: '', code: reason };
  const values = shownFields(problem, words, formats);
  return {
    what: words(`problems.${reason}.what`, values),
    cure: words(`problems.${reason}.cure`, values),
    code: reason,
  };
}

type KnownReason = Exclude<keyof typeof problemsEn, 'things'>;

function isKnown(reason: string): reason is KnownReason {
  return reason !== 'things' && Object.hasOwn(problemsEn, reason);
}

/** Fields as people read them: units are at the end of their names. */
function shownFields(problem: Problem, words: KitWords, formats: Formats): WordValues {
  const shown = Object.entries(problem).map(([name, value]): [string, string | number] => {
    if (name.endsWith('Bytes')) return [name, formats.bytes(Number(value))];
    if (name.endsWith('Ms')) return [name, formats.duration(Number(value))];
    if (name === 'limit' && isThing(value)) return [name, words(`problems.things.${value}`)];
    if (Array.isArray(value)) return [name, value.join(', ')];
    return [name, typeof value === 'number' ? formats.count(value) : String(value)];
  });
  return Object.fromEntries(shown);
}

function isThing(value: unknown): value is keyof typeof problemsEn.things {
  return typeof value === 'string' && Object.hasOwn(problemsEn.things, value);
}

/** The problem that an answer of a server or an engine tells; `otherwise` if nobody answered. */
export function problemOf(error: unknown, otherwise: Problem): Problem {
  if (isFailure(error)) return error.problem;
  const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined;
  const told = typeof data === 'object' && data !== null && 'problem' in data ? data.problem : undefined;
  return parseProblem(told) ?? otherwise;
}
