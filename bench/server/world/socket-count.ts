// Loaded into a server with `--import`, before its own code: counts the bytes of all its sockets, so that the bench
// can say what went through the server. Answers every message of the parent with the sums so far.

import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Bytes over all sockets so far. */
export interface SocketCount {
  /** To the port that clients connect to, by that port. */
  readonly accepted: Readonly<Record<number, Passed>>;
  /** From this process to other programs, by their port. */
  readonly opened: Readonly<Record<number, Passed>>;
}
export interface Passed {
  readonly inBytes: number;
  readonly outBytes: number;
}

type Sums = Record<number, { inBytes: number; outBytes: number }>;
interface Counted {
  readonly socket: Socket;
  readonly sums: Sums;
  port: number;
}

const open = new Set<Counted>();
const accepted: Sums = {};
const opened: Sums = {};

function add(sums: Sums, { port, socket }: Counted): void {
  const sum = sums[port] ?? { inBytes: 0, outBytes: 0 };
  sum.inBytes += socket.bytesRead;
  sum.outBytes += socket.bytesWritten;
  sums[port] = sum;
}

function count(socket: Socket, sums: Sums): void {
  const counted: Counted = { socket, sums, port: portOf(socket, sums) };
  open.add(counted);
  socket.once('connect', () => {
    counted.port = portOf(socket, sums);
  });
  socket.once('close', () => {
    open.delete(counted);
    add(sums, counted);
  });
}

const portOf = (socket: Socket, sums: Sums) =>
  (sums === accepted ? socket.localPort : socket.remotePort) ?? 0;

subscribe('net.server.socket', (message) => count((message as { socket: Socket }).socket, accepted));
subscribe('net.client.socket', (message) => count((message as { socket: Socket }).socket, opened));

process.on('message', () => {
  const now = { accepted: structuredClone(accepted), opened: structuredClone(opened) };
  for (const one of open) add(one.sums === accepted ? now.accepted : now.opened, one);
  process.send?.(now satisfies SocketCount);
});
// The parent's pipe is no reason to go on living.
process.channel?.unref();
