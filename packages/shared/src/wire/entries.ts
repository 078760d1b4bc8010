import { z } from 'zod';
import type { Chain, LibraryId } from '../ids.ts';
import { contentId, entryId } from '../ids.ts';
import { limits } from '../limits.ts';
import { entryName, utf8Bytes } from '../names.ts';

/** A position in a library's history; counts from 1, 0 is before the first commit. */
export const seq = z.number().int().nonnegative();
/** Milliseconds since 1970, possibly negative for files older than that. */
export const timeMs = z.number().int();
export const symlinkTarget = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0') && utf8Bytes(text) <= limits.symlinkTargetBytesMax, {
    message: 'not a usable link target',
  });

/** Where an entry is. The parent of what lies in the top folder is `topFolderOf(library)`. */
const place = { entryId, parentId: entryId, name: entryName };
/** The `seq` that last changed the content, the place and the attributes; each is compared on its own. */
const versions = { contentSeq: seq, placeSeq: seq, attributesSeq: seq };
const common = { ...place, ...versions, deleted: z.boolean(), mtimeMs: timeMs };

/** State of an entry as one change left it; a deleted one keeps its last place and content (trash). */
export const entryState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), ...common }),
  z.object({
    kind: z.literal('file'),
    ...common,
    contentId,
    sizeBytes: z.number().int().nonnegative().max(limits.fileBytesMax),
    executable: z.boolean(),
  }),
  z.object({ kind: z.literal('symlink'), ...common, target: symlinkTarget }),
]);
export type EntryState = z.infer<typeof entryState>;

/** One row of the journal: what the commit at `seq` left of one entry. */
export const change = z.object({ seq, state: entryState });
export type Change = z.infer<typeof change>;

/** `library.seq.chain`; opaque to people, checked whole by the server. */
export const cursor = z.string().regex(/^[0-9a-f-]{36}\.\d{1,16}\.[0-9a-f]{64}$/);
export type Cursor = z.infer<typeof cursor>;

/** A point of a library's history: its head once that commit was applied. */
export interface HistoryPoint {
  readonly libraryId: LibraryId;
  readonly seq: number;
  readonly chain: Chain;
}

export function cursorAt({ libraryId, seq, chain }: HistoryPoint): Cursor {
  return `${libraryId}.${seq}.${chain}`;
}
