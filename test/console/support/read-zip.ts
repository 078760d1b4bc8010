import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const END_BYTES = 22;

/** The files of an archive without compression, by path; folders end in `/`. Every file's checksum is checked. */
export function readZip(zip: Buffer): Map<string, Buffer> {
  let end = zip.length - END_BYTES;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end--;
  assert(end >= 0, 'an archive has an end');
  const entries = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    assert.equal(zip.readUInt32LE(at), CENTRAL);
    assert.equal(zip.readUInt16LE(at + 10), 0, 'nothing is compressed');
    const [sizeBytes, nameBytes] = [zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28)];
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(start, start + sizeBytes);
    assert.equal(crc32(content), zip.readUInt32LE(at + 16), `${name} has its checksum`);
    entries.set(name, content);
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}
