import type { RootJournal } from '@tidesync/engine/ports/journal';
import type { EntryId } from '@tidesync/shared/ids';
import { Violation } from './violation.ts';

interface Node {
  readonly parentId: EntryId;
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * I10 in the trees of a journal: one parent each, no ring, no orphan, no name twice. The remote tree is one only where
 * it is the server's of one moment (`isCurrent`): the answer to a commit may tell of one entry before the others.
 */
export function checkTreeLaws(device: string, journal: RootJournal, isCurrent: boolean): void {
  const local = new Map<EntryId, Node>();
  const remote = new Map<EntryId, Node>();
  for (const id of journal.allIds()) {
    const triple = journal.get(id);
    if (triple.local.is === 'present') {
      const { parentId, localName, body } = triple.local;
      local.set(id, { parentId, name: localName, isFolder: body.kind === 'folder' });
    }
    if (triple.remote.is === 'present') {
      const { parentId, name, body } = triple.remote;
      remote.set(id, { parentId, name, isFolder: body.kind === 'folder' });
    }
  }
  checkTree(`the local tree of ${device}`, local, journal.topId);
  if (isCurrent) checkTree(`the remote tree of ${device}`, remote, journal.topId);
}

function checkTree(tree: string, nodes: ReadonlyMap<EntryId, Node>, topId: EntryId): void {
  const places = new Set<string>();
  for (const [id, node] of nodes) {
    const place = `${node.parentId}/${node.name}`;
    if (places.has(place))
      throw new Violation('I10', `${tree} has two entries named ${node.name} in one folder`);
    places.add(place);
    let at = node;
    for (let depth = 0; at.parentId !== topId; depth++) {
      const parent = nodes.get(at.parentId);
      if (parent === undefined) throw new Violation('I10', `${tree} has ${node.name} (${id}) in no folder`);
      if (!parent.isFolder) throw new Violation('I10', `${tree} has ${node.name} (${id}) in a file`);
      if (depth > nodes.size) throw new Violation('I10', `${tree} has a ring around ${node.name} (${id})`);
      at = parent;
    }
  }
}
