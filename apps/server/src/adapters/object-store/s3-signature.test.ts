import { describe, expect, test } from 'vitest';
import { presignUrl, signHeaders } from './s3-signature.ts';

/** The keys, the time and the answers are those of the examples in Amazon's manual of the signature. */
const signer = {
  keys: { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  nowMs: Date.parse('2013-05-24T00:00:00Z'),
};
const origin = 'https://examplebucket.s3.amazonaws.com';
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const signatureIn = (headers: Record<string, string>) => headers.authorization?.split('Signature=')[1];

describe('signatures of S3', () => {
  test('the published signed URL of a GET', () => {
    const request = { method: 'GET', origin, path: '/test.txt' } as const;
    expect(presignUrl(request, signer, signer.nowMs + 86_400_000)).toBe(
      'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
        '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
        '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
        '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  test.each([
    {
      what: 'GET of a range',
      request: { method: 'GET', path: '/test.txt', headers: { range: 'bytes=0-9' } },
      hash: emptyHash,
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      what: 'PUT with a name that has to be encoded',
      request: {
        method: 'PUT',
        path: '/test$file.text',
        headers: {
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        },
      },
      hash: '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
    {
      what: 'GET with a parameter without a value',
      request: { method: 'GET', path: '/', query: { lifecycle: '' } },
      hash: emptyHash,
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
    {
      what: 'GET with parameters',
      request: { method: 'GET', path: '/', query: { prefix: 'J', 'max-keys': '2' } },
      hash: emptyHash,
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  ] as const)('the published signature of a $what', ({ request, hash, signature }) => {
    expect(signatureIn(signHeaders({ ...request, origin }, signer, hash))).toBe(signature);
  });

  const expiry = (expiresAtMs: number, nowMs = signer.nowMs) => {
    const request = { method: 'GET', origin, path: '/test.txt' } as const;
    const { searchParams } = new URL(presignUrl(request, { ...signer, nowMs }, expiresAtMs));
    return [searchParams.get('X-Amz-Date'), searchParams.get('X-Amz-Expires')];
  };

  test('a URL never lives longer than was granted, by less than a second shorter', () => {
    expect(expiry(signer.nowMs + 60_700, signer.nowMs + 300)).toEqual(['20130524T000000Z', '60']);
    expect(expiry(signer.nowMs + 61_000, signer.nowMs + 999)).toEqual(['20130524T000000Z', '61']);
  });

  test('what has ended is signed with its end, and no URL lives longer than seven days', () => {
    expect(expiry(signer.nowMs - 10_000)).toEqual(['20130523T235949Z', '1']);
    expect(expiry(signer.nowMs)).toEqual(['20130523T235959Z', '1']);
    expect(expiry(signer.nowMs + 30 * 86_400_000)).toEqual(['20130524T000000Z', '604800']);
  });

  test('the host is signed with its port, unless it is the usual one', () => {
    const hostOf = (at: string) =>
      signHeaders({ method: 'GET', origin: at, path: '/' }, signer, emptyHash).host;
    expect(hostOf('http://minio.internal:9000')).toBe('minio.internal:9000');
    expect(hostOf('https://minio.internal:443')).toBe('minio.internal');
    expect(hostOf('http://[::1]:9000')).toBe('[::1]:9000');
  });
});
