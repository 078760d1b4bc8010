import { parseProblem } from './problems.ts';
import type { PathTroubleView } from './wire/engine.ts';

type Trouble = Pick<PathTroubleView, 'code' | 'facts'>;

/** Troubles with one cause, which one cure makes right. */
export interface TroublesOfCause<T> {
  /** Names the cause. */
  readonly key: string;
  /** Any of them, where one has to stand for all. */
  readonly first: T;
  readonly troubles: readonly T[];
}

/** One group for each cause, those with the most paths first. */
export function groupByCause<T extends Trouble>(troubles: readonly T[]): TroublesOfCause<T>[] {
  const groups = new Map<string, { first: T; troubles: T[] }>();
  for (const trouble of troubles) {
    const key = causeOf(trouble);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: trouble, troubles: [trouble] });
    else group.troubles.push(trouble);
  }
  return [...groups]
    .map(([key, group]) => ({ key, ...group }))
    .sort((a, b) => b.troubles.length - a.troubles.length);
}

/** A server refuses for many reasons, of which each has a cure of its own. */
function causeOf({ code, facts }: Trouble): string {
  const problem = code === 'refused' ? parseProblem(facts.problem) : null;
  return problem === null ? code : `${code} ${problem.reason}`;
}
