// What tests make in the servers that they share, and take away again.

import { Client } from 'minio';
import { createConnection } from 'mysql2/promise';
import type { S3Address, TidbAddress } from './real-servers.ts';

export function bucketClient(address: S3Address): Client {
  const { host: endPoint, port, accessKey, secretKey, region, secure: useSSL } = address;
  return new Client({ endPoint, port, accessKey, secretKey, region, useSSL });
}

export interface StoredObject {
  readonly name: string;
  readonly size: number;
}

export async function objectsIn(store: Client, bucket: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const one of store.listObjectsV2(bucket, '', true)) found.push(one as StoredObject);
  return found;
}

/** With all that is in it; a success if it was never made. */
export async function removeBucket(store: Client, bucket: string): Promise<void> {
  if (!(await store.bucketExists(bucket))) return;
  const names = (await objectsIn(store, bucket)).map(({ name }) => name);
  await store.removeObjects(bucket, names);
  await store.removeBucket(bucket);
}

/** A success if it was never made. */
export async function dropDatabase({ url }: TidbAddress, name: string): Promise<void> {
  const connection = await createConnection(url);
  await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
  await connection.end();
}
