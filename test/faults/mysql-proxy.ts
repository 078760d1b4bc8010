// Stands between a server and TiDB, reads along, and breaks connections where it is told.

import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** What becomes of a statement, and of the connection that it came by. */
export type Fate =
  | 'pass'
  /** TiDB never hears of it. */
  | 'cutBefore'
  /** Half of it reaches TiDB. */
  | 'cutInside'
  /** TiDB has done it; its answer is lost. */
  | 'cutAfter'
  /** It goes nowhere, and neither does anything that comes behind it. */
  | 'swallow'
  /** TiDB has done it, and from then on nothing comes through any more. */
  | 'swallowAnswer';

export interface MysqlProxy {
  readonly port: number;
  /** Asked for every statement; default: pass all. */
  fateOf(judge: (statement: string) => Fate): void;
  /** While on, nothing comes through in either direction, and nobody hears about it. */
  blackHole(on: boolean): void;
  /** Connections that came from the server so far. */
  readonly accepted: number;
  close(): void;
}

const HEADER_BYTES = 4;
const COM_QUERY = 0x03;

export async function mysqlProxy(toPort: number): Promise<MysqlProxy> {
  let judge: (statement: string) => Fate = () => 'pass';
  let isHole = false;
  let accepted = 0;
  const pairs = new Set<Pair>();
  const server = createServer((client) => {
    accepted++;
    const rules = { judge: (statement: string) => judge(statement), isHole: () => isHole };
    const pair = new Pair(client, toPort, { ...rules, onEnd: () => pairs.delete(pair) });
    pairs.add(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    fateOf(next) {
      judge = next;
    },
    blackHole(on) {
      isHole = on;
      // What was swallowed is gone: such a connection is of no use any more, as after a broken router.
      if (!on) for (const pair of pairs) pair.endIfHoled();
    },
    get accepted() {
      return accepted;
    },
    close() {
      server.close();
      for (const pair of pairs) pair.end();
    },
  };
}

interface Rules {
  readonly judge: (statement: string) => Fate;
  readonly isHole: () => boolean;
  readonly onEnd: () => void;
}

class Pair {
  readonly #client: Socket;
  readonly #tidb: Socket;
  readonly #rules: Rules;
  #pending: Buffer = Buffer.alloc(0);
  #onAnswer: 'relay' | 'cut' | 'swallow' = 'relay';
  #isHoled = false;

  constructor(client: Socket, toPort: number, rules: Rules) {
    this.#client = client;
    this.#rules = rules;
    this.#tidb = connect(toPort, '127.0.0.1');
    for (const socket of [client, this.#tidb]) {
      socket.on('error', () => undefined);
      socket.on('close', () => this.#closed());
    }
    client.on('data', (bytes) => this.#fromClient(bytes));
    this.#tidb.on('data', (bytes) => this.#fromTidb(bytes));
  }

  end(): void {
    this.#client.destroy();
    this.#tidb.destroy();
    this.#rules.onEnd();
  }

  endIfHoled(): void {
    if (this.#isHoled) this.end();
  }

  #closed(): void {
    // In a black hole, nobody hears that the other side has gone.
    if (this.#rules.isHole()) this.#isHoled = true;
    else this.end();
  }

  #fromClient(bytes: Buffer): void {
    this.#isHoled ||= this.#rules.isHole();
    if (this.#isHoled) return;
    this.#pending = Buffer.concat([this.#pending, bytes]);
    for (;;) {
      const packet = this.#nextPacket();
      if (packet === null) return;
      if (!this.#forward(packet)) return;
    }
  }

  #nextPacket(): Buffer | null {
    if (this.#pending.length < HEADER_BYTES) return null;
    const length = HEADER_BYTES + this.#pending.readUIntLE(0, 3);
    if (this.#pending.length < length) return null;
    const packet = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return packet;
  }

  /** False: nothing more is forwarded. */
  #forward(packet: Buffer): boolean {
    const isStatement = packet[3] === 0 && packet[HEADER_BYTES] === COM_QUERY;
    const fate = isStatement ? this.#rules.judge(packet.toString('utf8', HEADER_BYTES + 1)) : 'pass';
    if (fate === 'cutBefore') {
      this.end();
      return false;
    }
    if (fate === 'cutInside') {
      this.#tidb.write(packet.subarray(0, Math.floor(packet.length / 2)), () => this.end());
      return false;
    }
    if (fate === 'swallow') {
      this.#isHoled = true;
      return false;
    }
    if (fate === 'cutAfter') this.#onAnswer = 'cut';
    if (fate === 'swallowAnswer') this.#onAnswer = 'swallow';
    this.#tidb.write(packet);
    return true;
  }

  #fromTidb(bytes: Buffer): void {
    this.#isHoled ||= this.#rules.isHole() || this.#onAnswer === 'swallow';
    if (this.#onAnswer === 'cut') this.end();
    else if (!this.#isHoled) this.#client.write(bytes);
  }
}
