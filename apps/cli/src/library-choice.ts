import { fail } from '@tidesync/shared/problems';
import type { Library } from '@tidesync/shared/wire/people';

/** Own library of that name, else `OWNER/NAME`; names hold no slash, so the two cannot be confused. */
export function chooseLibrary(libraries: readonly Library[], reference: string): Library {
  const own = libraries.find((library) => library.role === 'owner' && library.name === reference);
  const chosen = own ?? libraries.find((library) => shownLibrary(library) === reference);
  return chosen ?? fail({ reason: 'libraryMissing', library: reference });
}

/** How a library that belongs to someone else is named on the command line. */
export function shownLibrary(library: Library): string {
  return `${library.ownerEmail}/${library.name}`;
}
