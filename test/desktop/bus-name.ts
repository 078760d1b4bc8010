// Owns a name on a session bus, for programs that only look whether someone does. Speaks as much of D-Bus as that takes.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

const BUS = { path: '/org/freedesktop/DBus', target: 'org.freedesktop.DBus' };
const METHOD_CALL = 1;
const NO_QUEUE = 4;

/** Until what it answers is called. `address`: as in DBUS_SESSION_BUS_ADDRESS. */
export async function ownBusName(address: string, name: string): Promise<() => Promise<void>> {
  const socket = connect(socketPath(address));
  await once(socket, 'connect');
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
  await heard(socket, 'OK ');
  socket.write('BEGIN\r\n');
  socket.write(callToBus(1, 'Hello', null));
  socket.write(callToBus(2, 'RequestName', name));
  await heard(socket, 'NameAcquired');
  return async () => {
    socket.destroy();
    if (!socket.closed) await once(socket, 'close');
  };
}

function socketPath(address: string): string {
  const [, keyed = ''] = /^unix:(.*?)(?:;|$)/.exec(address) ?? [];
  const parts = Object.fromEntries(keyed.split(',').map((part) => part.split('=', 2) as [string, string]));
  return parts.path ?? `\0${parts.abstract}`;
}

/** Whatever else is said meanwhile; a bus that says nothing ends the test by its time. */
async function heard(socket: Socket, word: string): Promise<void> {
  let said = '';
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    said += String(piece);
    if (said.includes(word)) return;
  }
  throw new Error(`the bus ended before it said ${word}: ${said}`);
}

/** A call with one text and flags as its arguments, or with none. */
function callToBus(serial: number, member: string, name: string | null): Buffer {
  const body = name === null ? Buffer.alloc(0) : padded(Buffer.concat([textOf(name)]), 4, uint32(NO_QUEUE));
  const fields = [
    field(1, 'o', textOf(BUS.path)),
    field(2, 's', textOf(BUS.target)),
    field(3, 's', textOf(member)),
    field(6, 's', textOf(BUS.target)),
    ...(name === null ? [] : [field(8, 'g', signatureOf('su'))]),
  ].reduce((all, one) => padded(all, 8, one), Buffer.alloc(0));
  const head = Buffer.from([0x6c, METHOD_CALL, 0, 1]);
  const whole = Buffer.concat([head, uint32(body.length), uint32(serial), uint32(fields.length), fields]);
  return padded(whole, 8, body);
}

function field(code: number, type: string, value: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from([code]), signatureOf(type)]);
  return type === 'g' ? Buffer.concat([typed, value]) : padded(typed, 4, value);
}
function textOf(text: string): Buffer {
  return Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(`${text}\0`)]);
}
function signatureOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(`${text}\0`)]);
}
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
/** Zeros up to where the next part may begin. */
function padded(before: Buffer, alignment: number, next: Buffer): Buffer {
  const gap = (alignment - (before.length % alignment)) % alignment;
  return Buffer.concat([before, Buffer.alloc(gap), next]);
}
