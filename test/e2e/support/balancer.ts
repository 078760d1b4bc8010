import type { ClientRequest, IncomingMessage, Server, ServerResponse } from 'node:http';
import { Agent, createServer, get, request } from 'node:http';
import type { AddressInfo } from 'node:net';

const LOOK_EVERY_MS = 200;

interface Backend {
  readonly url: string;
  readonly agent: Agent;
  ready: boolean;
}

/**
 * A reverse proxy as operators put in front of several servers: looks at `/ready` of each, spreads calls over those
 * that are, keeps connections to them, and turns to another one only while nothing was sent yet. What fails after
 * that is a 502, as a call may have been carried out.
 */
export class Balancer {
  readonly #backends: Backend[] = [];
  readonly #server: Server = createServer((asked, answer) => this.#pass(asked, answer));
  readonly #looking: NodeJS.Timeout = setInterval(() => this.#lookAtAll(), LOOK_EVERY_MS);
  #turn = 0;
  /** Why calls ended with a 502. */
  readonly failures: string[] = [];

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  spreadOver(urls: readonly string[]): void {
    for (const { agent } of this.#backends) agent.destroy();
    const fresh = urls.map((url) => ({ url, agent: new Agent({ keepAlive: true }), ready: false }));
    this.#backends.splice(0, this.#backends.length, ...fresh);
  }

  /** How many servers take calls now. */
  readyCount(): number {
    return this.#backends.filter(({ ready }) => ready).length;
  }

  close(): void {
    clearInterval(this.#looking);
    this.#server.closeAllConnections();
    this.#server.close();
    this.spreadOver([]);
  }

  #lookAtAll(): void {
    for (const backend of this.#backends) {
      get(`${backend.url}/ready`, { agent: false, timeout: 2_000 }, (answer) => {
        backend.ready = answer.statusCode === 200;
        answer.resume();
      }).on('error', () => {
        backend.ready = false;
      });
    }
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const ready = this.#backends.filter((one) => one.ready);
    this.#turn++;
    const inTurn = ready.map((_, index) => ready[(this.#turn + index) % ready.length] as Backend);
    this.#tryEach(inTurn, asked, answer);
  }

  #tryEach(backends: readonly Backend[], asked: IncomingMessage, answer: ServerResponse): void {
    const [backend, ...others] = backends;
    if (backend === undefined) {
      this.#giveUp(answer, 'no server is ready');
      return;
    }
    const { method, headers, url: path } = asked;
    const passed = request(`${backend.url}${path}`, { method, headers, agent: backend.agent });
    passed.on('response', (answered) => {
      answer.writeHead(answered.statusCode ?? 502, withoutHopHeaders(answered));
      answered.pipe(answer).on('close', () => passed.destroy());
      answered.on('error', () => answer.destroy());
    });
    passed.on('error', (error: NodeJS.ErrnoException) => {
      if (answer.headersSent) return void answer.destroy();
      if (error.code === 'ECONNREFUSED') return this.#tryEach(others, asked, answer);
      this.#giveUp(answer, `${path}: ${error.code ?? error.message}`);
    });
    answer.on('close', () => passed.destroy());
    sendOnceConnected(asked, passed);
  }

  #giveUp(answer: ServerResponse, why: string): void {
    this.failures.push(why);
    answer.writeHead(502).end();
  }
}

/** Nothing of the body is taken before there is a connection, so that another server can have all of it. */
function sendOnceConnected(asked: IncomingMessage, passed: ClientRequest): void {
  passed.on('socket', (socket) => {
    if (!socket.connecting) asked.pipe(passed);
    else socket.once('connect', () => asked.pipe(passed));
  });
}

function withoutHopHeaders({ headers }: IncomingMessage): IncomingMessage['headers'] {
  const { connection: _connection, 'keep-alive': _keepAlive, ...rest } = headers;
  return rest;
}
