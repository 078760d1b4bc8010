/** A primitive that only its own parser can make, so that two look-alikes cannot be swapped. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };

/** Ends an exhaustive switch: a forgotten variant is a compile error, a forged one a bug. */
export function absurd(value: never): never {
  throw new Error(`impossible value: ${JSON.stringify(value)}`);
}

/** A bug if false: the process must not go on with a broken invariant. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${invariant}`);
}
