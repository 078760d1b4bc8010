import type { Change, SafeFile } from './durable-layer.ts';
import type { FileInode } from './memory-inodes.ts';

/** What of the changes of a disk a power cut left. */
export interface Journal {
  readonly survivors: ReadonlySet<Change>;
  /** In order: of the first change that was lost. */
  readonly endSeq: number;
}
export interface Tearing {
  readonly choose: (n: number) => number;
  readonly blockBytes: number;
}
export interface KeptFile {
  readonly bytes: Uint8Array;
  readonly mtimeNs: bigint;
  readonly executable: boolean;
  /** Whether it has any of what was not safe. */
  readonly isNew: boolean;
}

/** A file after a power cut on a disk that keeps order. */
export function keptInOrder(file: FileInode, safe: SafeFile, by: Journal & Tearing): KeptFile {
  const { bytes, mtimeNs, executable, isCutLost } = inJournal(file, safe, by);
  // What was written after a cut went to blocks that the file gets with the cut.
  const torn = isCutLost ? bytes : tornInOrder(bytes, file.bytes, by);
  const isNew = torn !== bytes;
  return { bytes: torn, mtimeNs: isNew ? file.mtimeNs : mtimeNs, executable, isNew };
}

/** What the journal alone makes of a file. */
function inJournal(file: FileInode, safe: SafeFile, { survivors, endSeq }: Journal) {
  let { bytes, mtimeNs, executable } = safe;
  let since = 0;
  for (const replacing of safe.atReplacing) {
    if (replacing.seq < endSeq) ({ bytes, mtimeNs, seq: since } = replacing);
  }
  for (const change of file.unsyncedChanges.filter((each) => survivors.has(each))) {
    const isLater = change.seq > since;
    if (isLater) mtimeNs = change.kind === 'attributes' ? change.mtimeNs : change.timeNs;
    if (change.kind === 'attributes') executable = change.executable;
    else if (isLater) bytes = bytes.slice(0, change.sizeBytes);
  }
  const isCutLost = file.unsyncedChanges.some((each) => each.kind === 'cut' && !survivors.has(each));
  return { bytes, mtimeNs, executable, isCutLost };
}

/** A file after a power cut by POSIX alone. */
export function keptSomehow(file: FileInode, safe: SafeFile, by: Tearing): KeptFile {
  const { executable, mtimeNs } = file;
  const keeping = (bytes: Uint8Array): KeptFile => ({ bytes, mtimeNs, executable, isNew: true });
  const old: KeptFile = { ...safe, isNew: false };
  if (file.bytes === safe.bytes) return by.choose(2) === 0 ? old : keeping(file.bytes);
  switch (by.choose(5)) {
    case 0:
      return old;
    case 1:
      return keeping(file.bytes);
    case 2:
      return keeping(tornSomehow(safe.bytes, file.bytes, by));
    case 3:
      return keeping(new Uint8Array(file.bytes.length));
    default:
      return keeping(new Uint8Array(0));
  }
}

/** The same array as `old` if nothing new survived. */
function tornInOrder(old: Uint8Array, now: Uint8Array, { choose, blockBytes }: Tearing): Uint8Array {
  if (now === old) return old;
  const lengths = [old.length];
  const firstEnd = (Math.floor(old.length / blockBytes) + 1) * blockBytes;
  for (let end = firstEnd; end < now.length; end += blockBytes) lengths.push(end);
  if (now.length > old.length) lengths.push(now.length);
  const length = lengths[lengths.length === 1 ? 0 : choose(lengths.length)] as number;
  const kept = now.slice(0, length);
  let isOld = length === old.length;
  // A block that grew is new as a whole.
  const overwritten = isOld ? old.length : Math.floor(old.length / blockBytes) * blockBytes;
  for (let start = 0; start < overwritten; start += blockBytes) {
    const block = old.subarray(start, Math.min(start + blockBytes, length));
    if (block.every((byte, at) => byte === kept[start + at])) continue;
    if (choose(2) === 0) kept.set(block, start);
    else isOld = false;
  }
  return isOld ? old : kept;
}

/** Blocks that never were of the old file are zeros. */
function tornSomehow(old: Uint8Array, now: Uint8Array, { choose, blockBytes }: Tearing): Uint8Array {
  const kept = new Uint8Array(choose(2) === 0 ? old.length : now.length);
  for (let start = 0; start < kept.length; start += blockBytes) {
    const from = choose(2) === 0 ? old : now;
    kept.set(from.subarray(start, Math.min(start + blockBytes, kept.length)), start);
  }
  return kept;
}
