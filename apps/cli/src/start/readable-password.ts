import type { Random } from '@tidesync/engine/ports/environment';

/** Without letters and digits that are easily mistaken for each other. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 4;
/** Bytes from here on would make some letters likelier than others. */
const BYTE_END = 256 - (256 % ALPHABET.length);

/** 16 letters in groups of 4: 79 bits, and can be typed from a screen. */
export function readablePassword(random: Random): string {
  const letters: string[] = [];
  while (letters.length < GROUPS * GROUP_LENGTH) {
    for (const byte of random.bytes(32)) {
      const letter = byte < BYTE_END ? ALPHABET[byte % ALPHABET.length] : undefined;
      if (letter !== undefined && letters.length < GROUPS * GROUP_LENGTH) letters.push(letter);
    }
  }
  const text = letters.join('');
  return Array.from({ length: GROUPS }, (_, group) =>
    text.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH),
  ).join('-');
}
