import { expect, test } from 'vitest';
import { PREVIEW_TEXT_BYTES_MAX, previewOf } from './preview.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const preview = (content: string | Buffer, sizeBytes = Buffer.from(content).length) =>
  previewOf({ bytes: Buffer.from(content), sizeBytes }, base64);

test('text is shown as far as it is UTF-8', () => {
  expect(preview('grüße')).toEqual({ is: 'text', text: 'grüße', whole: true });
  expect(preview('')).toEqual({ is: 'text', text: '', whole: true });
  expect(preview(Buffer.from([0x61, 0xff, 0x62]))).toEqual({ is: 'none', why: 'unknownKind' });
  expect(preview('a\0b')).toEqual({ is: 'none', why: 'unknownKind' });
});
test('long text is cut, between two characters', () => {
  const shown = preview('é'.repeat(PREVIEW_TEXT_BYTES_MAX));
  expect(shown).toMatchObject({ is: 'text', whole: false });
  expect(preview(`a${'é'.repeat(PREVIEW_TEXT_BYTES_MAX)}`)).toMatchObject({ is: 'text', whole: false });
});
test('a picture is known by its bytes, and shown only whole', () => {
  const gif = Buffer.from('GIF89a and so on');
  expect(preview(gif)).toEqual({ is: 'image', mediaType: 'image/gif', base64: base64(gif) });
  expect(preview(gif, 9_000_000)).toEqual({ is: 'none', why: 'tooLarge' });
});
