import type { FilePolicy } from '@tidesync/shared/file-policy';
import { OPEN_POLICY } from '@tidesync/shared/file-policy';
import type { EntryId } from '@tidesync/shared/ids';
import type { NameRules } from '../core/name-rules.ts';
import { EXACT_NAMES } from '../core/name-rules.ts';
import type { PlanContext } from '../core/plan.ts';
import { planRound } from '../core/plan-round.ts';
import { shownPlan } from './shown-plan.ts';
import type { TreesLiteral } from './tree-literals.ts';
import { treesOf } from './tree-literals.ts';

export interface Situation extends TreesLiteral {
  readonly rules?: NameRules;
  readonly viewer?: boolean;
  readonly files?: FilePolicy;
  /** Contents that the server does not hold yet. */
  readonly unstaged?: readonly string[];
  readonly frozen?: readonly string[];
  readonly masked?: readonly string[];
  /** Entries, not only the folders that they lie in. */
  readonly excluded?: readonly string[];
  /** Deletes that may not leave yet. */
  readonly heldDeletes?: readonly string[];
}
/** A rule and what it is about, the trees, and the plan they call for. */
export type PlanRow = readonly [title: string, situation: Situation, plan: readonly string[]];

export function planOf(situation: Situation): string[] {
  return shownPlan(planRound(treesOf(situation), contextOf(situation)));
}

export function contextOf(situation: Situation): PlanContext {
  const {
    rules = EXACT_NAMES,
    viewer = false,
    files = OPEN_POLICY,
    unstaged = [],
    frozen = [],
    masked = [],
    excluded = [],
    heldDeletes = [],
  } = situation;
  let drawn = 0;
  return {
    files,
    mayWrite: !viewer,
    label: { deviceName: 'lap', today: '2026-03-01' },
    rules,
    isStaged: (contentId) => !unstaged.includes(contentId),
    isFrozen: (id) => frozen.includes(id),
    isMasked: (id) => masked.includes(id),
    isExcluded: (id) => excluded.includes(id),
    leaving: excluded as EntryId[],
    mayDelete: (id) => !heldDeletes.includes(id),
    newEntryId: () => `copy-${++drawn}` as EntryId,
  };
}
