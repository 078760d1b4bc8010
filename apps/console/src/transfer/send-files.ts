import { contentServer } from '@tidesync/engine/shell/transfer/content-server';
import { UNPACED } from '@tidesync/engine/shell/transfer/pace';
import type { Uploader, UploadFile } from '@tidesync/engine/shell/transfer/upload-types';
import { createUploader } from '@tidesync/engine/shell/transfer/uploader';
import { fileRevision } from '@tidesync/shared/chunk-list';
import type { LibraryId } from '@tidesync/shared/ids';
import type { RelPath } from '@tidesync/shared/names';
import type { Problem } from '@tidesync/shared/problems';
import { call } from '../api/server-call.ts';
import { clock, random, sha256 } from './browser-ports.ts';
import { cutBlob } from './cut-blob.ts';
import { fetchObjects } from './fetch-objects.ts';
import { fileDisk, stampOf } from './file-disk.ts';
import type { SentFile, SentOutcome } from './messages.ts';

interface Sender {
  readonly uploader: Uploader;
  readonly files: Map<RelPath, File>;
  readonly heard: Map<RelPath, (doneBytes: number) => void>;
}
/** One per library, so that what was sent before a stop or a failure is not sent again. */
const senders = new Map<LibraryId, Sender>();

function senderFor(libraryId: LibraryId): Sender {
  const known = senders.get(libraryId);
  if (known !== undefined) return known;
  const files = new Map<RelPath, File>();
  const heard = new Map<RelPath, (doneBytes: number) => void>();
  const uploader = createUploader({
    server: contentServer({ url: location.origin, call }),
    objects: fetchObjects,
    disk: fileDisk(files),
    clock,
    random,
    sha256,
    pace: UNPACED,
    libraryId,
    resumeKey: null,
    onProgress: ({ path, doneBytes }) => heard.get(path)?.(doneBytes),
  });
  const made = { uploader, files, heard };
  senders.set(libraryId, made);
  return made;
}

let runs = 0;

export interface SendOrder {
  readonly libraryId: LibraryId;
  readonly files: readonly SentFile[];
  readonly signal: AbortSignal;
  readonly onProgress: (key: string, doneBytes: number) => void;
}

/** Brings the content of files to the server, up to where a commit may name it. Rejects as the uploader does. */
export async function sendFiles({ libraryId, files, signal, onProgress }: SendOrder): Promise<SentOutcome[]> {
  const { uploader, files: opened, heard } = senderFor(libraryId);
  const run = ++runs;
  const outcomes: SentOutcome[] = [];
  const cut: { readonly sent: SentFile; readonly upload: UploadFile }[] = [];
  try {
    for (const sent of files) {
      const path = `${run}/${sent.key}` as RelPath;
      const upload = await cutOne(sent.file, path, signal);
      if (upload === null) {
        outcomes.push({ is: 'failed', key: sent.key, problem: unreadable(sent.file) });
        continue;
      }
      opened.set(path, sent.file);
      heard.set(path, (doneBytes) => onProgress(sent.key, doneBytes));
      cut.push({ sent, upload });
    }
    const results = await uploader.upload(
      cut.map((one) => one.upload),
      signal,
    );
    cut.forEach(({ sent: { key, file }, upload: { contentId } }, index) => {
      const result = results[index];
      if (result?.is === 'staged') outcomes.push({ is: 'staged', key, contentId, sizeBytes: file.size });
      else outcomes.push({ is: 'failed', key, problem: problemOfResult(result) ?? unreadable(file) });
    });
    return outcomes;
  } finally {
    for (const { upload } of cut) {
      opened.delete(upload.path);
      heard.delete(upload.path);
    }
  }
}

const unreadable = ({ name }: File): Problem => ({ reason: 'fileUnreadable', name });

async function cutOne(file: File, path: RelPath, signal: AbortSignal): Promise<UploadFile | null> {
  try {
    const chunks = await cutBlob(file, signal);
    const { contentId } = fileRevision(chunks, sha256).revision;
    return { path, contentId, chunks, stamp: stampOf(file) };
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

function problemOfResult(
  result: Awaited<ReturnType<Uploader['upload']>>[number] | undefined,
): Problem | null {
  if (result?.is !== 'trouble') return null;
  const { trouble } = result;
  if (trouble.code === 'refused') return trouble.problem;
  if (trouble.code === 'tooLarge') {
    return { reason: 'fileTooLarge', sizeBytes: trouble.sizeBytes, limitBytes: trouble.limitBytes };
  }
  return null;
}
