import { absurd } from '@tidesync/shared/brand';
import type { Op } from '@tidesync/shared/wire/sync';
import type { Place } from '../core/entry.ts';
import type { LocalStep, Plan } from '../core/plan.ts';
import { TOP_ID } from './memory-trees.ts';

/** A plan as lines that a table can hold, in the order in which it is carried out. */
export function shownPlan(plan: Plan): string[] {
  return [
    ...plan.rebinds.map(({ from, to }) => `${from} is ${to}`),
    ...plan.agreed.map((id) => `agree ${id}`),
    ...plan.reads.map((id) => `read ${id}`),
    ...plan.proofs.map((id) => `prove ${id}`),
    ...plan.uploads.map(({ id, contentId }) => `upload ${id} ${contentId}`),
    ...plan.local.map((step) => `here: ${shownStep(step)}`),
    ...plan.fetches.map((id) => `fetch ${id}`),
    ...plan.ops.map((op) => `there: ${shownOp(op)}`),
    ...plan.held.map(({ id, trouble }) => `held ${id} ${trouble.code}`),
    ...plan.waiting.map((id) => `wait ${id}`),
  ];
}

function at({ parentId, name }: Place): string {
  return parentId === TOP_ID ? `/${name}` : `${parentId}/${name}`;
}

function shownStep(step: LocalStep): string {
  switch (step.do) {
    case 'makeFolder':
      return `folder ${step.id} at ${at(step.to)}`;
    case 'makeSymlink':
      return `link ${step.id} at ${at(step.to)} to ${step.target}`;
    case 'move':
    case 'park':
      return `${step.do} ${step.id} to ${at(step.to)}`;
    case 'trash':
    case 'drop':
      return `${step.do} ${step.id}`;
    case 'setAside':
      return `set aside ${step.id} as ${step.name}${step.copyId === null ? '' : `, now ${step.copyId}`}`;
    case 'setAttributes':
      return `attributes ${step.id}`;
    case 'retarget':
      return `retarget ${step.id} to ${step.target}`;
    default:
      return absurd(step);
  }
}

function shownOp(op: Op): string {
  const { entryId } = op;
  switch (op.op) {
    case 'create':
      return `${op.body.kind} ${entryId} at ${at(op)}${op.body.kind === 'file' ? ` ${op.body.contentId}` : ''}`;
    case 'write':
      return `write ${entryId} ${op.contentId} over ${op.baseContentSeq}`;
    case 'retarget':
      return `retarget ${entryId} to ${op.target} over ${op.baseContentSeq}`;
    case 'move':
      return `move ${entryId} to ${at(op)} over ${op.basePlaceSeq}`;
    case 'attributes':
      return `attributes ${entryId} ${op.executable ? 'x' : '-'} ${op.mtimeMs} over ${op.baseAttributesSeq}`;
    case 'delete':
      return `delete ${entryId} over ${op.baseContentSeq} ${op.basePlaceSeq}`;
    default:
      return absurd(op);
  }
}
