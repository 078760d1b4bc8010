import { expect, test } from 'vitest';
import type { FolderWish } from './judge-folder.ts';
import { judgeFolder } from './judge-folder.ts';

const measure = (sizeBytes: number) => ({ files: 1, folders: 0, sizeBytes, complete: true });
const good: FolderWish = {
  path: '/home/ada/Documents',
  is: 'folder',
  parentExists: true,
  access: 'full',
  network: false,
  foldsCase: false,
  freeBytes: 1_000,
  overlaps: null,
  here: measure(100),
  onServer: null,
  quota: { limitBytes: 200, usedBytes: 50, reservedBytes: 10 },
};
const found = (wish: Partial<FolderWish>) =>
  judgeFolder({ ...good, ...wish }).map(({ finding, blocks }) => `${finding.is}${blocks ? '!' : ''}`);

test.each<[string, Partial<FolderWish>, string[]]>([
  ['nothing speaks against a folder of one’s own', {}, []],
  ['a new one is made', { is: 'missing' }, []],
  ['inside another root', { overlaps: '/home/ada' }, ['overlaps!']],
  ['of the system', { path: '/etc' }, ['systemFolder!']],
  ['a file', { is: 'other' }, ['notFolder!']],
  ['two levels that are not there', { is: 'missing', parentExists: false }, ['parentMissing!']],
  ['no permission', { access: 'denied' }, ['noPermission!']],
  ['a disk that is read only', { access: 'readOnlyDisk' }, ['readOnlyDisk!']],
  ['a disk elsewhere that folds case', { network: true, foldsCase: true }, ['networkDisk', 'foldsCase']],
  ['more on the server than fits here', { onServer: measure(1_001) }, ['diskShort']],
  ['more here than the quota has room for', { here: measure(141) }, ['quotaShort']],
  ['what is on the server already needs no quota', { here: measure(141), onServer: measure(10) }, []],
])('%s', (_what, wish, findings) => expect(found(wish)).toEqual(findings));
