import type { RelPath } from '@tidesync/shared/names';
import * as fc from 'fast-check';

interface Attributes {
  readonly executable: boolean;
  readonly mtimeMs: number;
}

/** One operation of the engine's. Handles are numbers that a script gives them. */
export type EngineStep =
  | {
      readonly do:
        | ('list' | 'look' | 'readLink' | 'read' | 'makeFolder' | 'unlink' | 'removeFolder')
        | 'syncFolder';
      readonly path: RelPath;
    }
  | { readonly do: 'link' | 'rename'; readonly path: RelPath; readonly to: RelPath }
  | { readonly do: 'makeSymlink'; readonly path: RelPath; readonly target: string }
  | { readonly do: 'setAttributes'; readonly path: RelPath; readonly attributes: Attributes }
  | { readonly do: 'openForRead' | 'createFile'; readonly path: RelPath; readonly handle: number };

/** What another program does at once, or to get a handle. */
export type PersonStep =
  | { readonly do: 'personLinks' | 'personMoves'; readonly path: RelPath; readonly to: RelPath }
  | {
      readonly do: 'personWrites' | 'personAppends' | 'personSaves' | 'personWritesUnnamed';
      readonly path: RelPath;
      readonly text: string;
    }
  | { readonly do: 'personCuts'; readonly path: RelPath; readonly sizeBytes: number }
  | { readonly do: 'personMakesOther'; readonly path: RelPath }
  | { readonly do: 'personOpens'; readonly path: RelPath; readonly handle: number };

/** On a handle, whosever it is; those that it does not know do nothing. */
export type HandleStep =
  | { readonly do: 'handleReads' | 'handleStats' | 'handleSyncs' | 'handleCloses'; readonly handle: number }
  | { readonly do: 'handleWrites'; readonly handle: number; readonly text: string; readonly position: number }
  | { readonly do: 'handleSets'; readonly handle: number; readonly attributes: Attributes }
  | { readonly do: 'handleCuts'; readonly handle: number; readonly sizeBytes: number };

export type DiskStep = EngineStep | PersonStep | HandleStep;

export const isOnHandle = (step: DiskStep): step is HandleStep => step.do.startsWith('handle');
export const isOfPerson = (step: DiskStep): step is PersonStep => step.do.startsWith('person');

/** Times that disks are told are before this, those of their clocks after. */
export const TOLD_BEFORE_MS = 1_000_000_000_000;

const name = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'a', 'b', 'b', 'c'), weight: 30 },
  {
    arbitrary: fc.constantFrom('A', 'ä', 'a\u0308', 'CON', 'b.', 'x'.repeat(255), 'x'.repeat(256)),
    weight: 1,
  },
);
const path = fc
  .oneof(
    { arbitrary: fc.array(name, { minLength: 1, maxLength: 1 }), weight: 8 },
    { arbitrary: fc.array(name, { minLength: 2, maxLength: 2 }), weight: 5 },
    { arbitrary: fc.array(name, { minLength: 3, maxLength: 4 }), weight: 1 },
  )
  .map((names) => names.join('/') as RelPath);
const folder = fc.oneof(
  { arbitrary: path, weight: 15 },
  { arbitrary: fc.constant('' as RelPath), weight: 1 },
);
const text = fc.constantFrom('', 'x', 'yes', 'some more', 'z'.repeat(5_000));
const handle = fc.nat({ max: 2 });
const sizeBytes = fc.constantFrom(0, 1, 4, 4_999, 5_001);
const attributes = fc.record({
  executable: fc.boolean(),
  mtimeMs: fc.constantFrom(-86_400_123, -1, 0, 999, 500_000_000_001, 999_999_999_999),
});
const target = fc.constantFrom('a', '../b', 'nowhere', '/', '', 'ä', 'x'.repeat(4_095));

const step: fc.Arbitrary<DiskStep> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('makeFolder' as const), path }), weight: 8 },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('list' as const, 'look', 'read', 'readLink', 'syncFolder'),
      path: folder,
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({ do: fc.constantFrom('unlink' as const, 'removeFolder'), path: folder }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('rename' as const, 'rename', 'rename', 'link', 'personMoves', 'personLinks'),
      ...{ path: folder, to: folder },
    }),
    weight: 14,
  },
  { arbitrary: fc.record({ do: fc.constant('makeSymlink' as const), path, target }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant('setAttributes' as const), path, attributes }), weight: 3 },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('openForRead' as const, 'createFile', 'createFile', 'personOpens'),
      ...{ path, handle },
    }),
    weight: 8,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('handleReads' as const, 'handleStats', 'handleSyncs', 'handleCloses'),
      handle,
    }),
    weight: 6,
  },
  {
    arbitrary: fc.record({ do: fc.constant('handleWrites' as const), handle, text, position: sizeBytes }),
    weight: 6,
  },
  { arbitrary: fc.record({ do: fc.constant('handleSets' as const), handle, attributes }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('handleCuts' as const), handle, sizeBytes }), weight: 2 },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('personWrites' as const, 'personAppends', 'personSaves'),
      ...{ path, text },
    }),
    weight: 8,
  },
  { arbitrary: fc.record({ do: fc.constant('personCuts' as const), path, sizeBytes }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('personMakesOther' as const), path }), weight: 1 },
  {
    arbitrary: fc.record({ do: fc.constant('personWritesUnnamed' as const), path: folder, text }),
    weight: 1,
  },
);

/** What there is before a script. */
export const FIRST_STEPS: readonly DiskStep[] = [
  { do: 'makeFolder', path: 'a' as RelPath },
  { do: 'makeFolder', path: 'a/b' as RelPath },
  { do: 'personWrites', path: 'a/a' as RelPath, text: 'first' },
  { do: 'personWrites', path: 'b' as RelPath, text: 'second' },
];

/** Scripts on few names, so that steps come into each other's way and many are refused. */
export const diskScript: fc.Arbitrary<DiskStep[]> = fc.array(step, {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});
