import { z } from 'zod';

/** Schemas of choosing which folders of a library are on this device. */

const path = z.string().min(1).max(8_192);
const amount = z.object({ files: z.number().int(), folders: z.number().int(), bytes: z.number().int() });

export const selectionTreeInput = z.object({ path });
/** One level: the folders in a folder, as the server has them. */
export const selectionTree = z.object({
  /** Below the synced folder; empty for that itself. */
  path: z.string(),
  folders: z.array(
    z.object({
      path: z.string(),
      name: z.string(),
      /** `partly`: it is here, and something in it is left out. */
      state: z.enum(['here', 'partly', 'excluded']),
      /** On the server, with all that is below. */
      there: amount,
      hasFolders: z.boolean(),
    }),
  ),
});
export type SelectionTree = z.infer<typeof selectionTree>;

export const selectionChangeInput = z.object({ path, dryRun: z.boolean() });
export const selectionChange = z.object({
  path: z.string(),
  /** `preview`: nothing was changed, as asked. `refused`: something in it is not on the server. */
  is: z.enum(['done', 'preview', 'refused']),
  /** What goes from this device, or comes to it. */
  amount,
  /** What is not on the server as it is here: the first of them by name. */
  unsynced: z.array(z.string()),
  unsyncedCount: z.number().int(),
});
export type SelectionChange = z.infer<typeof selectionChange>;
