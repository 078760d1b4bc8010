import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly json: unknown;
}

/** A connection to a server, byte by byte as a test wants it. */
export interface RawConnection {
  send(bytes: string | Uint8Array): void;
  /** The next whole answer, which has to be JSON; null once the connection has ended without one. */
  answer(): Promise<RawAnswer | null>;
  /** Resolves when the server has ended it. */
  ended(): Promise<void>;
  close(): void;
}

export async function openRaw(url: string): Promise<RawConnection> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  let wake = () => {};
  const news = () => new Promise<void>((resolve) => (wake = resolve));
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    wake();
  });
  // Whoever is cut off reads no answer; that is what the tests look at.
  socket.on('error', () => undefined).on('close', () => wake());
  return {
    send: (bytes) => {
      socket.write(bytes);
    },
    async answer() {
      for (;;) {
        const found = firstAnswer(received);
        if (found !== null) {
          received = received.subarray(found.sizeBytes);
          return found.answer;
        }
        if (socket.closed) return null;
        await news();
      }
    },
    async ended() {
      while (!socket.closed) await news();
    },
    close: () => {
      socket.destroy();
    },
  };
}

function firstAnswer(received: Buffer): { answer: RawAnswer; sizeBytes: number } | null {
  const headBytes = received.indexOf('\r\n\r\n');
  if (headBytes < 0) return null;
  const head = received.toString('latin1', 0, headBytes);
  const from = headBytes + 4;
  const body = /^transfer-encoding: chunked/im.test(head)
    ? inChunks(received, from)
    : inLength(received, from, head);
  if (body === null) return null;
  const answer = { status: Number(head.split(' ', 2)[1]), head, json: JSON.parse(body.text) as unknown };
  return { answer, sizeBytes: body.end };
}

function inLength(received: Buffer, from: number, head: string) {
  const end = from + Number(/^content-length: (\d+)/im.exec(head)?.[1]);
  return received.length < end ? null : { text: received.toString('utf8', from, end), end };
}

function inChunks(received: Buffer, from: number) {
  let text = '';
  for (let at = from; ; ) {
    const line = received.indexOf('\r\n', at);
    if (line < 0) return null;
    const sizeBytes = Number.parseInt(received.toString('latin1', at, line), 16);
    at = line + 2 + sizeBytes + 2;
    if (received.length < at) return null;
    if (sizeBytes === 0) return { text, end: at };
    text += received.toString('utf8', line + 2, at - 2);
  }
}
