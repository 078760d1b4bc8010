import { assert } from '@tidesync/shared/brand';
import type { LibraryId, PackId } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { ExpectedObject, MoveSummary } from '../../ports/moving.ts';
import { objectKeyOf } from '../../ports/object-store.ts';
import type { TransferRow } from '../../ports/store-transfer.ts';
import { sha256Hex } from '../sha256-hex.ts';
import { atOnce } from '../verify/at-once.ts';
import type { Move } from './move.ts';
import { goOn } from './move-watch.ts';

/** Each is held in memory whole. */
const OBJECTS_AT_ONCE_MAX = 4;

interface PackedObject extends ExpectedObject {
  /** `signed`: it may not have arrived; `damaged`: nobody expects it to be right; `empty`: it may be gone. */
  readonly state: 'signed' | 'sealed' | 'verified' | 'damaged' | 'empty';
}
type CopiedObjects = Pick<MoveSummary, 'objects' | 'objectBytes' | 'damaged'>;

/**
 * Copies the objects of all packs, and hashes each on its way. One that is not what its pack says is told of, and in
 * the end refused, unless the caller accepts it as it is.
 */
export async function copyObjects(task: Move): Promise<CopiedObjects> {
  const total = await measure(task);
  const copied = { objects: 0, objectBytes: 0 };
  const damaged: { key: string; why: string }[] = [];
  let done = { done: 0, doneBytes: 0 };
  const copyOne = async (object: PackedObject) => {
    const outcome = await copyObject(task, object);
    if (outcome.bytes !== null) {
      copied.objects += 1;
      copied.objectBytes += outcome.bytes;
    }
    if (outcome.why !== null) {
      damaged.push({ key: object.key, why: outcome.why });
      task.watch.damaged(object.key, outcome.why);
    }
    done = { done: done.done + 1, doneBytes: done.doneBytes + object.sizeBytes };
    task.watch.progress({ part: 'objects', ...done, ...total });
  };
  for await (const page of task.source.pages('packs', null)) {
    await atOnce(page.map(objectOf), OBJECTS_AT_ONCE_MAX, async (object) => {
      goOn(task.watch);
      await copyOne(object);
    });
  }
  refuseDamaged(task, damaged);
  return { ...copied, damaged };
}

async function measure({ source, watch }: Move): Promise<{ total: number; totalBytes: number }> {
  let [total, totalBytes] = [0, 0];
  for await (const page of source.pages('packs', null)) {
    goOn(watch);
    total += page.length;
    for (const object of page.map(objectOf)) totalBytes += object.sizeBytes;
  }
  return { total, totalBytes };
}

function objectOf(row: TransferRow): PackedObject {
  const key = objectKeyOf(row.libraryId as LibraryId, row.packId as PackId);
  assert(row.objectKey === key, 'a pack lies under its own ids');
  return {
    key,
    sizeBytes: row.sizeBytes as number,
    sha256Hex: row.sha256 as string,
    state: row.state as PackedObject['state'],
  };
}

/** `bytes`: how many lie in the target now, null for none; `why`: what is wrong with them. */
interface Outcome {
  readonly bytes: number | null;
  readonly why: string | null;
}

async function copyObject(task: Move, object: PackedObject): Promise<Outcome> {
  const { source, target } = task;
  if (await target.holds(object)) return { bytes: object.sizeBytes, why: null };
  const bytes = await source.object(object.key);
  const fault = bytes === null ? 'it is not there' : faultOf(object, bytes);
  // What never was sealed nobody can name; what is known to be damaged is taken as it is, for whoever can mend it.
  const expected = object.state === 'sealed' || object.state === 'verified';
  const accepted = task.acceptDamaged || source.knownDamaged.has(object.key) || object.state === 'damaged';
  if (bytes === null || (fault !== null && !accepted)) return { bytes: null, why: expected ? fault : null };
  await target.addObject(object.key, bytes);
  return { bytes: bytes.length, why: expected ? fault : null };
}

function faultOf({ sizeBytes, sha256Hex: expected }: PackedObject, bytes: Uint8Array): string | null {
  if (bytes.length !== sizeBytes) return `it has ${bytes.length} bytes instead of ${sizeBytes}`;
  return sha256Hex(bytes) === expected ? null : 'it has other bytes than its hash says';
}

function refuseDamaged({ source, acceptDamaged }: Move, damaged: CopiedObjects['damaged']): void {
  const news = damaged.filter(({ key }) => !source.knownDamaged.has(key));
  const [first] = news;
  if (first === undefined || acceptDamaged) return;
  fail({ reason: 'packsDamaged', count: news.length, first: `${first.key}: ${first.why}` });
}
