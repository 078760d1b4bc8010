import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Each record is so long, and whole in one write. */
export const RECORD_BYTES = 4_096;
const HEAD_BYTES = 16 + 1 + 64 + 1;
const REST_BYTES = RECORD_BYTES - HEAD_BYTES;

/** The record of that number: the number, the SHA-256 of the rest, and the rest, which no other record has. */
export function recordOf(number: number): Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(number);
  const rest = createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(REST_BYTES));
  return Buffer.concat([Buffer.from(headOf(number, rest), 'latin1'), rest]);
}

function headOf(number: number, rest: Uint8Array): string {
  return `${String(number).padStart(16, '0')} ${createHash('sha256').update(rest).digest('hex')}\n`;
}

/** Null for whole records 0, 1, 2 …, and nothing else; otherwise what is wrong, and where. */
export async function faultOf(file: string): Promise<string | null> {
  let number = 0;
  let left: Uint8Array = new Uint8Array(0);
  for await (const block of createReadStream(file, { highWaterMark: RECORD_BYTES * 256 })) {
    const bytes: Buffer = left.length === 0 ? block : Buffer.concat([left, block]);
    let at = 0;
    for (; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
      const record = bytes.subarray(at, at + RECORD_BYTES);
      const head = headOf(number, record.subarray(HEAD_BYTES));
      if (record.toString('latin1', 0, HEAD_BYTES) !== head)
        return `record ${number} is not what was written`;
      number++;
    }
    left = bytes.subarray(at);
  }
  return left.length === 0 ? null : `${left.length} bytes of record ${number}`;
}
