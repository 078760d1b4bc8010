import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@tidesync/shared/problems';
import type { MovedTable, TransferRow } from '../../ports/store-transfer.ts';
import type { TableShape } from '../../ports/transfer-rows.ts';
import { decodeRow, encodeRow, ROW_CHARS_MAX } from '../../ports/transfer-rows.ts';
import { isAbsent, nameWhole, PART } from './durable-files.ts';
import type { RowFile } from './manifest.ts';

/** A file is closed once it is longer, so that a stop costs no more than writing one again. */
const ROW_FILE_BYTES = 64 * 1024 * 1024;
const ROWS_PER_PAGE = 1_000;
const LINE_FEED = 0x0a;

/** Files of a table that are whole, in order; unfinished ones are removed. */
export async function wholeRowFiles(folder: string, table: MovedTable): Promise<string[]> {
  const names = await namesIn(join(folder, 'rows'));
  const own = names.filter((name) => name.startsWith(`${table}-`));
  for (const name of own.filter((one) => one.endsWith(PART))) await rm(join(folder, 'rows', name));
  return own
    .filter((name) => /^[A-Za-z]+-\d{6}\.jsonl$/.test(name))
    .toSorted()
    .map((name) => `rows/${name}`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Counts and hashes a file as it lies there. */
export async function measureRowFile(folder: string, path: string): Promise<RowFile> {
  const hash = createHash('sha256');
  let [rows, sizeBytes] = [0, 0];
  for await (const slice of createReadStream(join(folder, path)) as AsyncIterable<Buffer>) {
    hash.update(slice);
    sizeBytes += slice.length;
    for (let at = slice.indexOf(LINE_FEED); at >= 0; at = slice.indexOf(LINE_FEED, at + 1)) rows += 1;
  }
  return { path, rows, sizeBytes, sha256: hash.digest('hex') };
}

/**
 * The rows of a file, in pages. Errors: `exportDamaged`, naming the file and the line, for what is no row.
 */
export async function* readRowFile(
  folder: string,
  path: string,
  shape: TableShape,
): AsyncGenerator<readonly TransferRow[]> {
  let page: TransferRow[] = [];
  let number = 0;
  for await (const line of linesOf(folder, path)) {
    number += 1;
    const decoded = decodeRow(shape, line);
    if ('fault' in decoded) {
      return fail({ reason: 'exportDamaged', path: `${path} line ${number}`, detail: decoded.fault });
    }
    page.push(decoded.row);
    if (page.length < ROWS_PER_PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Not `readline`, which bounds no line. */
async function* linesOf(folder: string, path: string): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const slice of createReadStream(join(folder, path)) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = slice.indexOf(LINE_FEED); at >= 0; at = slice.indexOf(LINE_FEED, from)) {
      yield Buffer.concat([...begun, slice.subarray(from, at)]).toString('utf8');
      begun = [];
      begunBytes = 0;
      from = at + 1;
    }
    begun.push(slice.subarray(from));
    begunBytes += slice.length - from;
    if (begunBytes > ROW_CHARS_MAX) fail({ reason: 'exportDamaged', path, detail: 'a line does not end' });
  }
  if (begunBytes > 0) fail({ reason: 'exportDamaged', path, detail: 'its last line does not end' });
}

/** Writes the rows of one table into numbered files that appear when they are whole. */
export class RowFileWriter {
  readonly #folder: string;
  readonly #shape: TableShape;
  #number: number;
  #open: { readonly file: FileHandle; readonly path: string; sizeBytes: number } | null = null;

  constructor(folder: string, shape: TableShape, filesBefore: number) {
    this.#folder = folder;
    this.#shape = shape;
    this.#number = filesBefore;
  }

  async write(rows: readonly TransferRow[]): Promise<void> {
    this.#open ??= await this.#begin();
    const text = rows.map((row) => `${encodeRow(this.#shape, row)}\n`).join('');
    const { bytesWritten } = await writeAll(this.#open.file, text);
    this.#open.sizeBytes += bytesWritten;
    if (this.#open.sizeBytes >= ROW_FILE_BYTES) await this.end();
  }

  /** Flushes what is written; nothing if no row came since the last file. */
  async end(): Promise<void> {
    if (this.#open === null) return;
    const { file, path } = this.#open;
    this.#open = null;
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await nameWhole(`${path}${PART}`, path);
  }

  /** Leaves an unfinished file to the next run, which removes it. */
  async abandon(): Promise<void> {
    await this.#open?.file.close();
    this.#open = null;
  }

  async #begin() {
    this.#number += 1;
    const name = `${this.#shape.table}-${String(this.#number).padStart(6, '0')}.jsonl`;
    const path = join(this.#folder, 'rows', name);
    return { file: await open(`${path}${PART}`, 'w', 0o600), path, sizeBytes: 0 };
  }
}

async function writeAll(file: FileHandle, text: string): Promise<{ bytesWritten: number }> {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
  }
  return { bytesWritten: bytes.length };
}
