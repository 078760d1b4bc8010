import { Failure } from '@tidesync/shared/problems';

/** Why a store did not do what it was asked, for who decides whether to ask again. */
export class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble';
  /** True if the same call may well succeed a little later: the store is away, slow or busy. */
  readonly passing: boolean;
  constructor(detail: string, passing: boolean, cause?: unknown) {
    super(detail, { cause });
    this.passing = passing;
  }
}

/** `detail` is told to people: no keys, no signatures, no addresses with a query. */
export function storeUnavailable(detail: string, passing: boolean, cause?: unknown): Failure {
  const trouble = new StoreTrouble(detail, passing, cause);
  return new Failure({ reason: 'storeUnavailable', detail }, { cause: trouble });
}

/** True for what is over soon by itself, if anything is; a store without that distinction counts as away. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Failure) || error.problem.reason !== 'storeUnavailable') return false;
  return !(error.cause instanceof StoreTrouble) || error.cause.passing;
}
