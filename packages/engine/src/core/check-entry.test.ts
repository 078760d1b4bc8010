import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { describe, expect, test } from 'vitest';
import { cureOf, diskFault, isStillDamaged, observedAnew, readAnew, serverFault } from './check-entry.ts';
import { decide } from './decide.ts';
import type { BaseEntry, RemotePresent, Triple } from './entry.ts';
import { LOCAL_ABSENT, localOfBase, NOWHERE, REMOTE_ABSENT, remoteOfBase } from './entry.ts';

const content = (n: number) => n.toString(16).padStart(64, '0') as ContentId;
const base: BaseEntry = {
  parentId: 'top' as EntryId,
  name: 'a' as EntryName,
  localName: 'a' as EntryName,
  body: { kind: 'file', contentId: content(1), sizeBytes: 3, executable: false },
  mtimeMs: 5,
  versions: { contentSeq: 1, placeSeq: 1, attributesSeq: 1 },
  stamp: { inode: '7', birthtimeNs: '1', sizeBytes: 3, mtimeNs: '5', ctimeNs: '6' },
};
const atRest: Triple = { base, local: localOfBase(base), remote: remoteOfBase(base) };
const otherRemote: RemotePresent = {
  ...remoteOfBase(base),
  body: { kind: 'file', contentId: content(2), sizeBytes: 4, executable: false },
};

test('[V10] the disk is held against what the journal says that it shows', () => {
  const node = { kind: 'file', stamp: base.stamp } as const;
  expect(diskFault(atRest.local, node)).toBeNull();
  expect(diskFault(atRest.local, null)).toBe('notHere');
  expect(diskFault(atRest.local, { ...node, kind: 'folder' })).toBe('otherKind');
  expect(diskFault(atRest.local, { ...node, stamp: { ...base.stamp, mtimeNs: '9' } })).toBe('unseenChange');
  expect(diskFault(LOCAL_ABSENT, null)).toBeNull();
});

test('[V11] the server is held against what the journal says that it says', () => {
  const known = atRest.remote;
  expect(serverFault(known, known)).toBeNull();
  expect(serverFault(known, otherRemote)).toBe('serverDiffers');
  const versions = { ...base.versions, placeSeq: 9 };
  expect(serverFault(known, { ...remoteOfBase(base), versions })).toBe('serverDiffers');
  expect(serverFault(known, REMOTE_ABSENT)).toBe('serverGone');
  expect(serverFault(REMOTE_ABSENT, otherRemote)).toBe('serverUnknown');
  expect(serverFault(REMOTE_ABSENT, REMOTE_ABSENT)).toBeNull();
});

describe('[V12] an entry that is observed anew is never deleted on any side', () => {
  const triples: [string, Triple][] = [
    ['at rest', atRest],
    ['gone here', { ...atRest, local: LOCAL_ABSENT }],
    ['gone there', { ...atRest, remote: REMOTE_ABSENT }],
    ['nowhere', NOWHERE],
  ];
  test.each(triples)('%s', (_what, triple) => {
    for (const said of [REMOTE_ABSENT, otherRemote, remoteOfBase(base)]) {
      const { is } = decide(observedAnew(triple, said));
      expect(['deleteHere', 'deleteThere', 'forget']).not.toContain(is);
    }
  });

  test('its bytes are read before anything is decided', () => {
    expect(decide(observedAnew(atRest, otherRemote))).toEqual({ is: 'read' });
  });
});

test('[V13] what is here counts as a change of this device once a person says so', () => {
  const anew = readAnew(atRest);
  expect(decide(anew)).toEqual({ is: 'read' });
  const { local } = anew;
  if (local.is === 'absent' || local.body.kind !== 'file') throw new Error('it is a file');
  const read = { ...local, body: { ...local.body, contentId: content(3) } };
  expect(decide({ ...anew, local: read })).toMatchObject({ is: 'merge', content: 'push' });
  expect(anew.base?.stamp).not.toEqual(base.stamp);
});

test('[V13] damage is over when the file is another one, or something else goes on with it', () => {
  expect(isStillDamaged(atRest, { stamp: base.stamp })).toBe(true);
  expect(isStillDamaged(atRest, { stamp: { ...base.stamp, mtimeNs: '9' } })).toBe(false);
  expect(isStillDamaged({ ...atRest, remote: otherRemote }, { stamp: base.stamp })).toBe(false);
});

test('[V12] no cure deletes or writes: it looks, reads, observes, merges, or leaves it to a person', () => {
  const cures = ['notHere', 'damaged', 'unreadable', 'serverGone', 'wrongChunks', 'brokenTree'] as const;
  expect(cures.map(cureOf)).toEqual(['lookAgain', 'ask', 'none', 'observeAgain', 'readAgain', 'mergeAll']);
});
