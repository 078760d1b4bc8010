import { customType, index, primaryKey, sqliteTable, uniqueIndex } from 'drizzle-orm/sqlite-core';

/**
 * The one column factory that all tables are made of. Another dialect is another object of this type, so the
 * tables and every query over them are written once. drizzle's own binary columns turn hashes into text and
 * back, which destroys them: hence own types.
 */
export const sqliteColumns = {
  table: sqliteTable,
  primaryKey,
  index,
  uniqueIndex,

  /** A UUID as its 16 bytes. */
  bin16: <T extends string>(name: string) =>
    customType<{ data: T; driverData: Buffer }>({
      dataType: () => 'blob',
      toDriver: (uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex'),
      fromDriver: (bytes) => uuidOf(bytes) as T,
    })(name),

  /** A SHA-256, in code 64 lower-case hex digits, as its 32 bytes. */
  hash32: <T extends string = string>(name: string) =>
    customType<{ data: T; driverData: Buffer }>({
      dataType: () => 'blob',
      toDriver: (hex) => Buffer.from(hex, 'hex'),
      fromDriver: (bytes) => bytes.toString('hex') as T,
    })(name),

  /** Text compared byte by byte: names, e-mails, paths. No collation may fold or pad it. */
  exactText: <T extends string = string>(name: string, _bytesMax: number) =>
    customType<{ data: T; driverData: Buffer }>({
      dataType: () => 'blob',
      toDriver: (text) => Buffer.from(text, 'utf8'),
      fromDriver: (bytes) => bytes.toString('utf8') as T,
    })(name),

  bytes: (name: string) =>
    customType<{ data: Uint8Array; driverData: Buffer }>({
      dataType: () => 'blob',
      toDriver: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      fromDriver: (bytes) => bytes,
    })(name),

  /** Short ASCII of our own making: states, roles, password hashes. */
  word: <T extends string = string>(name: string) =>
    customType<{ data: T; driverData: string }>({ dataType: () => 'text' })(name),

  json: <T>(name: string) =>
    customType<{ data: T; driverData: string }>({
      dataType: () => 'text',
      toDriver: (value) => JSON.stringify(value),
      fromDriver: (text) => JSON.parse(text) as T,
    })(name),

  /** Milliseconds since 1970, negative before. */
  ms: (name: string) => customType<{ data: number; driverData: number }>({ dataType: () => 'integer' })(name),

  /** A count of bytes or a sequence number, 0 to 2^53-1. */
  u53: (name: string) =>
    customType<{ data: number; driverData: number }>({ dataType: () => 'integer' })(name),

  flag: (name: string) =>
    customType<{ data: boolean; driverData: number }>({
      dataType: () => 'integer',
      toDriver: (on) => (on ? 1 : 0),
      fromDriver: (stored) => stored !== 0,
    })(name),
};

export type Columns = typeof sqliteColumns;

export function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
