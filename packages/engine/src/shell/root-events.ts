import type { Problem } from '@tidesync/shared/problems';

export interface RootEvents {
  readonly changed: () => void;
  /** What the library is called on the server now. */
  readonly libraryNamed: (name: string) => void;
  /** The server does not know this device any more. */
  readonly signedOut: (problem: Problem) => void;
}

export type Offline = { readonly problem: Problem; readonly tries: number };
