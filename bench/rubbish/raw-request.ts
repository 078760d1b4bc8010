import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** Where rubbish goes, and what came back. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Of a device that is signed in. */
  readonly token: string;
  /** How often each status came; `cut`: the connection ended without one. */
  readonly answers: Map<string, number>;
  readonly sockets: Set<Socket>;
}

const AGAIN_MS = 1_000;

/** Bytes over a connection of their own, which ends with the answer. */
export function ask(target: Target, bytes: Buffer): void {
  const socket = open(target, () => socket.write(bytes));
  socket.once('data', () => socket.end());
}

export interface Held {
  readonly count: number;
  readonly first: string;
  /** What follows for as long as the connection lasts; null: nothing. */
  readonly after: string | null;
  readonly everyMs: number;
}

/** So many connections at once, each opened again when it is cut. The answer ends them. */
export function hold(target: Target, held: Omit<Held, 'count'> & { readonly count?: number }): () => void {
  let isOver = false;
  const one = () => {
    const socket = open(target, () => socket.write(held.first));
    const { after } = held;
    const timer = after === null ? undefined : setInterval(() => socket.write(after), held.everyMs);
    socket.on('close', () => {
      clearInterval(timer);
      if (!isOver) setTimeout(() => isOver || one(), AGAIN_MS);
    });
  };
  for (let n = 0; n < (held.count ?? 1); n++) one();
  return () => {
    isOver = true;
  };
}

function open(target: Target, ready: () => void): Socket {
  const socket = connect(target.port, target.host, ready);
  let said = 'cut';
  target.sockets.add(socket);
  socket.once('data', (bytes) => {
    said = /^HTTP\/1\.1 (\d{3})/.exec(bytes.toString('latin1'))?.[1] ?? 'no HTTP';
  });
  // One that was refused in the middle of its body is reset; that is an answer, too.
  socket.on('data', () => undefined).on('error', () => undefined);
  socket.once('close', () => {
    // What was still open at the end was ended by ourselves.
    if (target.sockets.delete(socket)) target.answers.set(said, (target.answers.get(said) ?? 0) + 1);
  });
  return socket;
}
