import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Some bytes of objects that passed: how many, which way, and when. */
export interface Passed {
  readonly direction: 'up' | 'down';
  readonly bytes: number;
  readonly atMs: number;
}

/** Stands between a device and its server, and writes down every byte of objects that passes. */
export class CountingProxy {
  readonly #target: URL;
  readonly #server: Server = createServer((asked, answer) => this.#pass(asked, answer));
  readonly passed: Passed[] = [];
  /** Requests for objects, and the answers that were no success. */
  requests = 0;
  readonly refused: number[] = [];

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async start(target: string): Promise<CountingProxy> {
    const proxy = new CountingProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  bytes(direction: Passed['direction']): number {
    return this.passed.reduce((sum, one) => sum + (one.direction === direction ? one.bytes : 0), 0);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { hostname, port } = this.#target;
    const isObject = asked.url?.startsWith('/objects/') === true;
    const note = (direction: Passed['direction'], stream: IncomingMessage) => {
      stream.on('data', (part: Buffer) => {
        this.passed.push({ direction, bytes: part.length, atMs: performance.now() });
      });
    };
    const headers = { ...asked.headers, host: this.#target.host };
    const options = { hostname, port, path: asked.url, method: asked.method, headers };
    const passed = request(options, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      answer.flushHeaders();
      if (isObject && (got.statusCode ?? 0) >= 300) this.refused.push(got.statusCode ?? 0);
      if (isObject) note('down', got);
      got.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    if (isObject) this.requests++;
    if (isObject) note('up', asked);
    asked.pipe(passed);
  }
}
