import { fail } from '@tidesync/shared/problems';
import type { RootStatus } from '@tidesync/shared/wire/engine';
import type { Library } from '@tidesync/shared/wire/people';
import type { AccountServer } from './account-server.ts';
import type { CliContext } from './cli-context.ts';

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

export interface LibraryOption {
  readonly library?: string;
}
/** Libraries a command is about, and the folders of this device. */
export interface Where {
  readonly roots: readonly RootStatus[];
  readonly libraries: readonly Library[];
}

/** The one that is named, else those of the synced folders, else all. */
export async function findLibraries(
  context: CliContext,
  server: AccountServer,
  options: LibraryOption,
): Promise<Where> {
  const { roots } = await context.access.use(({ face }) => face.status());
  const all = await server.libraries();
  if (options.library !== undefined) return { roots, libraries: [chooseLibrary(all, options.library)] };
  const bound = all.filter((library) => roots.some((root) => root.libraryId === library.libraryId));
  return { roots, libraries: bound.length > 0 ? bound : all };
}
