import { z } from 'zod';

/** The usual classes of failed operations; every reason below belongs to exactly one. */
export const problemClasses = [
  'INVALID_ARGUMENT',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'FAILED_PRECONDITION',
  'ABORTED',
  'RESOURCE_EXHAUSTED',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
] as const;
export type ProblemClass = (typeof problemClasses)[number];

/** A count of bytes. */
export const bytes = z.number().int().nonnegative();
/** Words of a sentence. */
export const text = z.string().max(2_000);

export interface Definition<F extends z.ZodRawShape> {
  readonly class: ProblemClass;
  readonly fields: F;
  readonly sentence: (fields: z.infer<z.ZodObject<F>>) => string;
}
export function define<const F extends z.ZodRawShape>(
  problemClass: ProblemClass,
  fields: F,
  sentence: (fields: z.infer<z.ZodObject<F>>) => string,
): Definition<F> {
  return { class: problemClass, fields, sentence };
}
