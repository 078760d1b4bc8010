import { z } from 'zod';

/**
 * A list of so many items that is refused for the first wrong one of them, with its place. `z.array` notes each fault
 * of each item, and of lists of lists that nobody means these are a million: noting them costs most of it.
 */
export function listOf<T extends z.ZodType>(
  item: T,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): z.ZodType<z.output<T>[], z.input<T>[]> {
  const checked = z
    .array(z.unknown())
    .min(min)
    .max(max)
    .transform((items, context) => {
      const found: z.output<T>[] = [];
      for (const [index, one] of items.entries()) {
        const parsed = item.safeParse(one);
        if (!parsed.success) {
          for (const issue of parsed.error.issues)
            context.issues.push({ ...issue, path: [index, ...issue.path], input: one } as never);
          return z.NEVER;
        }
        found.push(parsed.data);
      }
      return found;
    });
  // What goes in is said by the items, and not that it may be anything.
  return checked as z.ZodType as z.ZodType<z.output<T>[], z.input<T>[]>;
}
