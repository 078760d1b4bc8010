import type { ReadStream } from 'node:tty';
import { limits } from '@tidesync/shared/limits';
import { UsageError } from './exit-codes.ts';

/** More than any password; a wrong pipe must not fill the memory. */
const STDIN_BYTES_MAX = 4 * 4 * limits.passwordLengthMax;

/** What a pipe says, less exactly one newline at its end. */
export async function readPiped(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of input) {
    const bytes = Buffer.from(part as Uint8Array);
    sizeBytes += bytes.length;
    if (sizeBytes > STDIN_BYTES_MAX) throw new UsageError('That is too long for a password.');
    parts.push(bytes);
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

/** Asks on a terminal, without showing what is typed. Rejects with UsageError when the person gives up. */
export async function askHidden(
  terminal: ReadStream,
  write: (text: string) => void,
  question: string,
): Promise<string> {
  write(question);
  terminal.setRawMode(true);
  terminal.setEncoding('utf8');
  terminal.resume();
  try {
    return await typedLine(terminal);
  } finally {
    terminal.setRawMode(false);
    terminal.pause();
    write('\n');
  }
}

function typedLine(terminal: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: Typed = { is: 'typing', chars: [] };
    const onData = (text: string) => {
      for (const char of text) typed = nextTyped(typed, char);
      if (typed.is === 'typing') return;
      terminal.off('data', onData);
      if (typed.is === 'done') resolve(typed.chars.join(''));
      else reject(new UsageError('Nothing was changed.'));
    };
    terminal.on('data', onData);
  });
}

type Typed =
  | { readonly is: 'typing' | 'done'; readonly chars: readonly string[] }
  | { readonly is: 'givenUp' };

/** One key on a raw terminal: Enter ends, Ctrl-C and Ctrl-D give up, Backspace takes back. */
function nextTyped(typed: Typed, char: string): Typed {
  if (typed.is !== 'typing') return typed;
  const { chars } = typed;
  if (char === '\r' || char === '\n') return { is: 'done', chars };
  if (char === '\u0003' || char === '\u0004') return { is: 'givenUp' };
  if (char === '\u007f' || char === '\b') return { is: 'typing', chars: chars.slice(0, -1) };
  return char >= ' ' ? { is: 'typing', chars: [...chars, char] } : typed;
}
