// A session bus, spoken to as a desktop's parts do: calls, answers, and a name of one's own. No signals; tests look again.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { BusValue, Variant } from './bus-values.ts';
import { BusReader, BusWriter } from './bus-values.ts';

const CALL = 1;
const ANSWER = 2;
const REFUSAL = 3;
const NO_ANSWER_WANTED = 1;
const NO_QUEUE = 4;
const HEAD_BYTES = 16;
/** What a message says about itself, by the specification's numbers. */
const FIELDS = { path: 1, face: 2, member: 3, error: 4, answerTo: 5, to: 6, from: 7, signature: 8 };

export interface BusCall {
  readonly to: string;
  readonly path: string;
  readonly face: string;
  readonly member: string;
  /** Of the arguments. */
  readonly signature?: string;
  readonly args?: readonly BusValue[];
}
export interface AskedCall {
  readonly from: string;
  readonly path: string;
  readonly face: string;
  readonly member: string;
  readonly args: readonly BusValue[];
}
export interface BusAnswer {
  readonly signature: string;
  readonly values: readonly BusValue[];
}
interface Waiting {
  readonly resolve: (values: BusValue[]) => void;
  readonly reject: (error: Error) => void;
}

export class BusConnection {
  readonly #socket: Socket;
  readonly #answer: (call: AskedCall) => BusAnswer | null;
  readonly #waiting = new Map<number, Waiting>();
  #serial = 0;
  #unread: Buffer = Buffer.alloc(0);

  /** `address`: as in DBUS_SESSION_BUS_ADDRESS. `answer`: null for what it does not know. */
  static async open(address: string, answer: (call: AskedCall) => BusAnswer | null): Promise<BusConnection> {
    const socket = connect(socketPath(address));
    await once(socket, 'connect');
    const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
    socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
    const [said] = (await once(socket, 'data')) as [Buffer];
    if (!said.toString().startsWith('OK ')) throw new Error(`the bus said ${said}`);
    socket.write('BEGIN\r\n');
    const bus = new BusConnection(socket, answer);
    await bus.#ask('Hello');
    return bus;
  }
  private constructor(socket: Socket, answer: (call: AskedCall) => BusAnswer | null) {
    this.#socket = socket;
    this.#answer = answer;
    socket.on('data', (piece) => this.#heard(piece));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the bus has ended'));
    });
  }

  /** The values of the answer. Errors: with the name and the words of a refusal. */
  call({ to, path, face, member, signature = '', args = [] }: BusCall): Promise<BusValue[]> {
    const fields = { path, face, member, to, ...(signature === '' ? {} : { signature }) };
    const serial = this.#send(CALL, fields, new BusWriter().all(signature, args).bytes);
    return new Promise((resolve, reject) => {
      this.#waiting.set(serial, { resolve, reject });
    });
  }
  async own(name: string): Promise<void> {
    await this.#ask('RequestName', 'su', [name, NO_QUEUE]);
  }
  async close(): Promise<void> {
    this.#socket.destroy();
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  #ask(member: string, signature = '', args: readonly BusValue[] = []): Promise<BusValue[]> {
    const bus = 'org.freedesktop.DBus';
    return this.call({ to: bus, path: '/org/freedesktop/DBus', face: bus, member, signature, args });
  }
  #send(type: number, fields: Partial<Record<keyof typeof FIELDS, string | number>>, body: Buffer): number {
    this.#serial += 1;
    const written = Object.entries(fields).map(([name, value]): [number, Variant] => {
      const kind = name === 'path' ? 'o' : name === 'signature' ? 'g' : name === 'answerTo' ? 'u' : 's';
      return [FIELDS[name as keyof typeof FIELDS], { kind, value }];
    });
    const head = new BusWriter().all('yyyyuua(yv)', [
      'l'.charCodeAt(0),
      type,
      0,
      1,
      body.length,
      this.#serial,
      written,
    ]);
    head.align(8);
    this.#socket.write(Buffer.concat([head.bytes, body]));
    return this.#serial;
  }

  #heard(piece: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, piece]);
    for (;;) {
      if (this.#unread.length < HEAD_BYTES) return;
      const fieldBytes = this.#unread.readUInt32LE(12);
      const bodyAt = HEAD_BYTES + Math.ceil(fieldBytes / 8) * 8;
      const end = bodyAt + this.#unread.readUInt32LE(4);
      if (this.#unread.length < end) return;
      const message = this.#unread.subarray(0, end);
      this.#unread = this.#unread.subarray(end);
      this.#take(message, bodyAt);
    }
  }
  #take(message: Buffer, bodyAt: number): void {
    const [, type, flags, , , serial, pairs] = new BusReader(message).all('yyyyuua(yv)');
    const fields = new Map(pairs as [number, BusValue][]);
    const values = new BusReader(message.subarray(bodyAt)).all(String(fields.get(FIELDS.signature) ?? ''));
    if (type === CALL) {
      const text = (field: number) => String(fields.get(field) ?? '');
      const call = {
        from: text(FIELDS.from),
        path: text(FIELDS.path),
        face: text(FIELDS.face),
        member: text(FIELDS.member),
      };
      this.#reply(Number(serial), Number(flags), { ...call, args: values });
      return;
    }
    const waiting = this.#waiting.get(Number(fields.get(FIELDS.answerTo)));
    if (waiting === undefined) return;
    this.#waiting.delete(Number(fields.get(FIELDS.answerTo)));
    if (type === ANSWER) waiting.resolve(values);
    else waiting.reject(new Error(`${fields.get(FIELDS.error)}: ${values.join(' ')}`));
  }
  #reply(serial: number, flags: number, call: AskedCall): void {
    const answer = this.#answer(call);
    if ((flags & NO_ANSWER_WANTED) !== 0) return;
    const back = { to: call.from, answerTo: serial };
    if (answer === null) {
      const error = 'org.freedesktop.DBus.Error.UnknownMethod';
      const words = new BusWriter().all('s', [`${call.face}.${call.member} is not known here`]);
      this.#send(REFUSAL, { ...back, error, signature: 's' }, words.bytes);
      return;
    }
    const { signature, values } = answer;
    const fields = signature === '' ? back : { ...back, signature };
    this.#send(ANSWER, fields, new BusWriter().all(signature, values).bytes);
  }
}

function socketPath(address: string): string {
  const [, keyed = ''] = /^unix:(.*?)(?:;|$)/.exec(address) ?? [];
  const parts = Object.fromEntries(keyed.split(',').map((part) => part.split('=', 2) as [string, string]));
  return parts.path ?? `\0${parts.abstract}`;
}
