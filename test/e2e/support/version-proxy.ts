import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const PROTOCOL_HEADER = 'x-tidesync-protocol';

/** As what the server behind it appears. */
export type Appearance =
  | { readonly is: 'itself' }
  /** Devices seem to it to speak a protocol that is by so much another one than its own. */
  | { readonly is: 'otherProtocol'; readonly by: number }
  /** It says more than anybody here knows: a field in each object of its answers. */
  | { readonly is: 'newerAnswers' }
  /** It knows less: answers are without these fields. */
  | { readonly is: 'olderAnswers'; readonly without: readonly string[] };

/** Stands before a server, and lets it look like an older or a newer one. */
export class VersionProxy {
  readonly #target: URL;
  readonly #server: Server = createServer((asked, answer) => this.#pass(asked, answer));
  appearance: Appearance = { is: 'itself' };

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async start(target: string): Promise<VersionProxy> {
    const proxy = new VersionProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Ends the streams, so that the new appearance shows at once. */
  appear(as: Appearance): void {
    this.appearance = as;
    this.#server.closeAllConnections();
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { hostname, port } = this.#target;
    const headers: OutgoingHttpHeaders = { ...asked.headers, host: this.#target.host };
    const { appearance } = this;
    const spoken = Number(headers[PROTOCOL_HEADER]);
    if (appearance.is === 'otherProtocol' && !Number.isNaN(spoken)) {
      headers[PROTOCOL_HEADER] = String(spoken + appearance.by);
    }
    const options = { hostname, port, path: asked.url, method: asked.method, headers };
    const passed = request(options, (got) => void this.#answer(got, answer).catch(() => answer.destroy()));
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }

  async #answer(got: IncomingMessage, answer: ServerResponse): Promise<void> {
    const isJson = got.headers['content-type']?.startsWith('application/json') === true;
    const { appearance } = this;
    if (!isJson || appearance.is === 'itself' || appearance.is === 'otherProtocol') {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      answer.flushHeaders();
      got.pipe(answer);
      return;
    }
    const body = JSON.stringify(changed(JSON.parse(await text(got)), appearance));
    const { 'content-length': _length, ...headers } = got.headers;
    answer.writeHead(got.statusCode ?? 502, headers);
    answer.end(body);
  }
}

function changed(value: unknown, as: Exclude<Appearance, { is: 'itself' | 'otherProtocol' }>): unknown {
  if (Array.isArray(value)) return value.map((one) => changed(one, as));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => as.is === 'newerAnswers' || !as.without.includes(key));
  // The headers of a signed address are data, and no fields.
  const fields = Object.fromEntries(
    kept.map(([key, one]) => [key, key === 'headers' ? one : changed(one, as)]),
  );
  return as.is === 'newerAnswers' ? { ...fields, ofALaterVersion: { known: 'to nobody' } } : fields;
}
