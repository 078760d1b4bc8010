import { customType, index, mysqlTable, primaryKey, uniqueIndex } from 'drizzle-orm/mysql-core';
import type { Columns } from './columns-sqlite.ts';
import { uuidOf } from './columns-sqlite.ts';

/**
 * The column factory for TiDB: the same names, the same values in code. Names and e-mails are VARBINARY, as TiDB's
 * default collation takes 'a' and 'a ' for the same. Counts are unsigned, so that none can fall below zero.
 * One type stands for both dialects (see `Columns`); the contract suite holds them together.
 */
export const tidbColumns = {
  table: mysqlTable,
  primaryKey,
  index,
  uniqueIndex,

  bin16: (name: string) =>
    customType<{ data: string; driverData: Buffer }>({
      dataType: () => 'binary(16)',
      toDriver: (uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex'),
      fromDriver: uuidOf,
    })(name),

  hash32: (name: string) =>
    customType<{ data: string; driverData: Buffer }>({
      dataType: () => 'binary(32)',
      toDriver: (hex) => Buffer.from(hex, 'hex'),
      fromDriver: (bytes) => bytes.toString('hex'),
    })(name),

  exactText: (name: string, bytesMax: number) =>
    customType<{ data: string; driverData: Buffer }>({
      dataType: () => `varbinary(${bytesMax})`,
      toDriver: (text) => Buffer.from(text, 'utf8'),
      fromDriver: (bytes) => bytes.toString('utf8'),
    })(name),

  bytes: (name: string) =>
    customType<{ data: Uint8Array; driverData: Buffer }>({
      dataType: () => 'mediumblob',
      toDriver: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    })(name),

  word: (name: string) =>
    customType<{ data: string; driverData: string }>({ dataType: () => 'varchar(255)' })(name),

  json: (name: string) =>
    customType<{ data: unknown; driverData: string }>({
      dataType: () => 'mediumtext',
      toDriver: (value) => JSON.stringify(value),
      fromDriver: (text) => JSON.parse(text),
    })(name),

  ms: (name: string) =>
    customType<{ data: number; driverData: number }>({ dataType: () => 'bigint', fromDriver: Number })(name),

  u53: (name: string) =>
    customType<{ data: number; driverData: number }>({
      dataType: () => 'bigint unsigned',
      fromDriver: Number,
    })(name),

  flag: (name: string) =>
    customType<{ data: boolean; driverData: number }>({
      dataType: () => 'tinyint(1)',
      toDriver: (on) => (on ? 1 : 0),
      fromDriver: (stored) => stored !== 0,
    })(name),
} as unknown as Columns;
