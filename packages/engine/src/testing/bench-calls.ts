// Which calls of a root on a bench change something.

import type { RootJournal } from '../ports/journal.ts';
import type { DiskOperation } from './memory-disk.ts';

/** After a write of these a stop makes a difference. */
export const writes: ReadonlySet<keyof RootJournal> = new Set([
  'transaction',
  'set',
  'setSent',
  'approveDelete',
  'dropApproval',
  'setHoldsDeletes',
  'setCursor',
  'setAnswered',
  'setTally',
  'setDetachedFolders',
  'addResolvedConflict',
  'noteMove',
  'dropMove',
]);

/** Every method of a journal that writes, also those after which a stop makes no difference. */
export const WRITING = /^(add|approve|clear|drop|forget|note|put|rename|set|transaction)/;

/** A stop before one of these leaves what a stop before the next other call leaves. */
export const looks: ReadonlySet<DiskOperation> = new Set([
  'root',
  'list',
  'look',
  'readLink',
  'openForRead',
  'read',
  'stat',
  'close',
]);

/** What is asked of a server and changes it. */
export const askings: ReadonlySet<string> = new Set([
  ...['commit', 'createLibrary', 'beginUpload', 'missingChunks', 'signPacks', 'sealPacks', 'stage', 'put'],
]);
