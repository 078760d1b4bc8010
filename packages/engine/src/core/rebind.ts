import type { EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { LocalPresent } from './entry.ts';
import type { PlanContext } from './plan.ts';
import type { Trees } from './trees.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole range is meant
const isAscii = (name: string) => /^[\u0000-\u007f]*$/.test(name);

export interface Rebind {
  readonly from: EntryId;
  readonly to: EntryId;
}

/**
 * Merge by name: a local entry that was never synced, where remote has one of the same kind under the same name
 * that is not here, is that entry (rule S12). Parents are looked at before children, so one pass serves a tree.
 */
export function findRebinds(trees: Trees, context: PlanContext, dirty: readonly EntryId[]): Rebind[] {
  const found = new Map<EntryId, EntryId | null>();

  const { rules } = context;
  const byForm = new Map<EntryId, Map<string, EntryId>>();
  const formedFolder = (folder: EntryId): Map<string, EntryId> => {
    const known = byForm.get(folder);
    if (known !== undefined) return known;
    const formed = new Map<string, EntryId>();
    for (const child of trees.remoteChildren(folder)) {
      const { remote } = trees.get(child);
      if (remote.is === 'present') formed.set(remote.name.normalize('NFC'), child);
    }
    byForm.set(folder, formed);
    return formed;
  };

  /** In the spelling that this disk shows, or in the form that it was given and does not keep. */
  const remoteAt = (folder: EntryId, name: EntryName): EntryId | null => {
    const exact = trees.remoteAt(folder, name);
    if (exact !== null || rules.formSensitive || isAscii(name)) return exact;
    return formedFolder(folder).get(name.normalize('NFC')) ?? null;
  };

  const remoteIdOf = (id: EntryId): EntryId | null => {
    if (id === trees.topId) return id;
    const triple = trees.get(id);
    return triple.remote.is === 'present' || triple.base !== null ? id : match(id);
  };

  const match = (id: EntryId): EntryId | null => {
    const known = found.get(id);
    if (known !== undefined) return known;
    const { base, local, remote } = trees.get(id);
    const unsynced = base === null && remote.is === 'absent' && local.is === 'present';
    const twin = unsynced && !context.isFrozen(id) && !context.isMasked(id) ? twinOf(local) : null;
    found.set(id, twin);
    return twin;
  };

  const twinOf = (local: LocalPresent): EntryId | null => {
    const parent = remoteIdOf(local.parentId);
    const id = parent === null ? null : remoteAt(parent, local.name);
    if (id === null || context.isFrozen(id) || context.isExcluded(id)) return null;
    const { base, local: here, remote } = trees.get(id);
    const free = base === null && here.is === 'absent' && remote.is === 'present';
    return free && remote.body.kind === local.body.kind ? id : null;
  };

  const rebinds: Rebind[] = [];
  for (const from of dirty) {
    const to = match(from);
    if (to !== null) rebinds.push({ from, to });
  }
  return rebinds;
}
