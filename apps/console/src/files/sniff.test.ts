import { expect, test } from 'vitest';
import { sniff } from './sniff.ts';

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

test('pictures and documents are known by their first bytes alone', () => {
  expect(sniff(bytes('\x89PNG\r\n\x1a\n rest'))).toEqual({ is: 'image', mediaType: 'image/png' });
  expect(sniff(bytes('\xff\xd8\xff\xe0'))).toEqual({ is: 'image', mediaType: 'image/jpeg' });
  expect(sniff(bytes('GIF89a'))).toEqual({ is: 'image', mediaType: 'image/gif' });
  expect(sniff(bytes('RIFF\x10\x00\x00\x00WEBPVP8 '))).toEqual({ is: 'image', mediaType: 'image/webp' });
  expect(sniff(bytes('%PDF-1.7\n'))).toEqual({ is: 'pdf' });
});

test('[P10] what may hold scripts is text', () => {
  expect(sniff(utf8('<!doctype html><script>alert(1)</script>'))).toEqual({ is: 'text' });
  expect(sniff(utf8('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'))).toEqual({ is: 'text' });
  expect(sniff(utf8('<?xml version="1.0"?><svg/>'))).toEqual({ is: 'text' });
});

test('text may end in the middle of a letter, and holds no odd bytes', () => {
  expect(sniff(utf8('Grüße, 日本語').subarray(0, 10))).toEqual({ is: 'text' });
  expect(sniff(bytes('a\x00b'))).toEqual({ is: 'unknown' });
  expect(sniff(bytes('\xff\xfe odd'))).toEqual({ is: 'unknown' });
});
