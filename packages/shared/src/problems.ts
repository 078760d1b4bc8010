import { z } from 'zod';
import { callProblems } from './call-problems.ts';
import { deviceProblems } from './device-problems.ts';
import { operationProblems } from './operation-problems.ts';
import type { Definition, ProblemClass } from './problem-definition.ts';

/**
 * The one catalogue of failed operations, for every face (tRPC, CLI, windows): class, fields and the sentence
 * a person reads, which names the thing, the reason and the cure.
 */
export const catalogue = { ...callProblems, ...operationProblems, ...deviceProblems } as const;

export type Catalogue = typeof catalogue;
export type Reason = keyof Catalogue;
/** zod infers `Record<string, never>` for no fields at all, with which no reason could be written down. */
type FieldsOf<R extends Reason> = keyof Catalogue[R]['fields'] extends never
  ? object
  : z.infer<z.ZodObject<Catalogue[R]['fields']>>;
/** A failed operation as data: its reason and that reason's fields. */
export type Problem = { [R in Reason]: { readonly reason: R } & Readonly<FieldsOf<R>> }[Reason];

export function classOf(problem: Problem): ProblemClass {
  return catalogue[problem.reason].class;
}

export function sentenceOf(problem: Problem): string {
  const definition = catalogue[problem.reason] as Definition<z.ZodRawShape>;
  return definition.sentence(problem as never);
}

/** Parses a problem that came over a wire; null for anything else. */
export function parseProblem(value: unknown): Problem | null {
  const reason = z.object({ reason: z.string() }).safeParse(value);
  if (!reason.success || !Object.hasOwn(catalogue, reason.data.reason)) return null;
  const definition = catalogue[reason.data.reason as Reason] as Definition<z.ZodRawShape>;
  const fields = z.object(definition.fields).safeParse(value);
  return fields.success ? ({ reason: reason.data.reason, ...fields.data } as Problem) : null;
}

/** A failed operation, thrown; trouble with a single path is a value instead (see the engine's
  'PathTrouble'). */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly problem: Problem;
  /** Whoever tries again should not do so before; 0 if nothing was said. */
  readonly retryAfterMs: number;
  constructor(problem: Problem, options?: ErrorOptions & { readonly retryAfterMs?: number }) {
    super(sentenceOf(problem), options);
    this.problem = problem;
    this.retryAfterMs = options?.retryAfterMs ?? 0;
  }
}

export function fail(problem: Problem, cause?: unknown): never {
  throw new Failure(problem, cause === undefined ? undefined : { cause });
}

export function isFailure<R extends Reason>(
  error: unknown,
  ...reasons: R[]
): error is Failure & { problem: Extract<Problem, { reason: R }> } {
  return error instanceof Failure && (reasons.length === 0 || reasons.includes(error.problem.reason as R));
}
