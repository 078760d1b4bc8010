import { describe, expect, test } from 'vitest';
import { givenNats, givenS3, givenTidb } from './given-addresses.ts';
import { NotObtainable } from './not-obtainable.ts';
import type { Prepared } from './prepare-servers.ts';
import { isBuildMachine, readinessOf } from './prepare-servers.ts';

const has: Prepared = { kind: 'nats', title: 'NATS', has: true, where: '/bin/nats-server' };
const why = new NotObtainable({ kind: 'tidb', reason: 'TiDB is not here', cure: 'install Go' });
const lacks: Prepared = { kind: 'tidb', title: 'TiDB', has: false, why };

describe('tests on real servers', () => {
  test('run where all servers can be had', () => {
    expect(readinessOf([has, has], true)).toEqual({ state: 'ready' });
  });
  test('are left out, with the reason, only where none can be had', () => {
    const sentence = 'this machine can get none of TiDB, TiDB: TiDB is not here; install Go';
    expect(readinessOf([lacks, lacks], false)).toEqual({ state: 'left out', sentence });
  });
  test('fail where some cannot be had, with the reason and the cure', () => {
    const sentences = ['TiDB is not here; install Go'];
    expect(readinessOf([has, lacks], false)).toEqual({ state: 'missing', sentences });
  });
  test('are never left out on a build machine', () => {
    expect(readinessOf([lacks, lacks], true).state).toBe('missing');
    expect(['true', '1', '', 'false', undefined].map((CI) => isBuildMachine({ CI }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('the address of a server that runs', () => {
  test('is taken from the environment', () => {
    expect(givenTidb({ TIDESYNC_TEST_TIDB_URL: 'mysql://root:pw@db:4000/' })).toEqual({
      url: 'mysql://root:pw@db:4000',
    });
    expect(givenNats({ TIDESYNC_TEST_NATS_URL: 'nats://bus:4222' })).toEqual({ url: 'nats://bus:4222' });
    expect(givenS3('minio', { TIDESYNC_TEST_MINIO_URL: 'https://k:s%2Fx@store?region=eu' })).toEqual({
      host: 'store',
      port: 443,
      accessKey: 'k',
      secretKey: 's/x',
      region: 'eu',
      secure: true,
    });
  });
  test('is absent where nothing is set', () => {
    expect([givenTidb({}), givenNats({ TIDESYNC_TEST_NATS_URL: '' }), givenS3('versitygw', {})]).toEqual([
      null,
      null,
      null,
    ]);
  });
  test.each([
    ['tidb', () => givenTidb({ TIDESYNC_TEST_TIDB_URL: 'http://db:4000' })],
    ['tidb, with a database', () => givenTidb({ TIDESYNC_TEST_TIDB_URL: 'mysql://db:4000/mine' })],
    ['minio, without a key', () => givenS3('minio', { TIDESYNC_TEST_MINIO_URL: 'http://store:9000' })],
    ['nats', () => givenNats({ TIDESYNC_TEST_NATS_URL: 'here' })],
  ])('is refused with an example when it is of no use: %s', (_title, look) => {
    expect(look).toThrow(/^TIDESYNC_TEST_[A-Z]+_URL .*: write it like \w+:\/\//);
  });
});
