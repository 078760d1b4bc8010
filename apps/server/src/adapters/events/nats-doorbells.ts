import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionOptions, NatsConnection, TlsOptions } from '@nats-io/transport-node';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { assert } from '@tidesync/shared/brand';
import type { Doorbells, ListenersHere } from '../../ports/doorbells.ts';
import type { NatsAddress } from '../../settings/nats-url.ts';
import { parseNatsUrl } from '../../settings/nats-url.ts';
import type { LocalDoorbells } from './local-doorbells.ts';
import { localDoorbells } from './local-doorbells.ts';
import type { NewsMessage } from './news-message.ts';
import { parseNews, UntoldNews } from './news-message.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** Two pings without an answer end a connection. */
const PING_EVERY_MS = 10_000;
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 10_000;

export interface NatsDoorbellsOptions {
  /** As `parseNatsUrl` takes it. */
  readonly url: string;
  /** Of this start of this server; another one each time. */
  readonly serverId: string;
  /** Names of a subject, separated by dots: installations that share a NATS keep apart by it. */
  readonly subjectPrefix: string;
  /** A `.creds` file (JWT and seed), read at each connect. */
  readonly credsFile?: string | null | undefined;
  /** A PEM file with the authority of the NATS server's certificate; the system's if there is none. */
  readonly caFile?: string | null | undefined;
  readonly onState?: ((state: EventsState) => void) | undefined;
}

export type EventsState =
  | { readonly is: 'connected' }
  /** `detail`: what kept it from connecting, or ended the last connection; without any credentials. */
  | { readonly is: 'away'; readonly detail: string };

export interface NewsCounts {
  /** Messages from other servers. */
  readonly heard: number;
  /** Messages to other servers that NATS has taken. */
  readonly told: number;
  /** What came on our subject and is no message of a server. */
  readonly ignored: number;
}

export interface NatsDoorbells extends Doorbells, ListenersHere {
  state(): EventsState;
  counts(): NewsCounts;
  /** Tells what can still be told within a moment, then ends. Rings are heard here alone from then on. */
  close(): Promise<void>;
}

/**
 * Doorbells between servers by NATS, by its core alone: a message that is lost costs a poll. Never waits for NATS
 * and never throws because of it: without it servers ring within themselves, and it is tried again for ever.
 * Whenever a connection stands, listeners look again, because rings may have been lost before; what was rung here
 * meanwhile is told then.
 */
export function openNatsDoorbells(options: NatsDoorbellsOptions): NatsDoorbells {
  const address = parseNatsUrl(options.url);
  assert(address !== null, 'the address of NATS was checked with the settings');
  const link = new NatsLink(options, address);
  link.run();
  const { here } = link;
  return {
    ring(bell) {
      here.ring(bell);
      link.tell((untold) => untold.addBell(bell));
    },
    ringAccess(accountId) {
      here.ringAccess(accountId);
      link.tell((untold) => untold.addAccess(accountId));
    },
    listen: here.listen,
    watchedHeads: here.watchedHeads,
    ringHere: here.ringHere,
    state: () => link.state,
    counts: () => ({ ...link.counts }),
    close: () => link.close(),
  };
}

/** One connection after the other. The client's own way to reconnect would keep what is sent without any bound. */
class NatsLink {
  readonly here: LocalDoorbells = localDoorbells();
  readonly counts = { heard: 0, told: 0, ignored: 0 };
  state: EventsState = { is: 'away', detail: 'not connected yet' };
  readonly #options: NatsDoorbellsOptions;
  readonly #address: NatsAddress;
  readonly #subject: string;
  readonly #untold = new UntoldNews();
  readonly #closing = new AbortController();
  #connection: NatsConnection | null = null;
  #telling: Promise<void> | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: NatsDoorbellsOptions, address: NatsAddress) {
    this.#options = options;
    this.#address = address;
    this.#subject = `${options.subjectPrefix}.doorbells`;
  }

  run(): void {
    this.#running = this.#stayConnected();
  }

  tell(add: (untold: UntoldNews) => void): void {
    if (this.#closing.signal.aborted) return;
    add(this.#untold);
    this.#startTelling();
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return this.#running;
    const lastWords = this.#telling ?? Promise.resolve();
    await Promise.race([lastWords, pause(CONNECT_TIMEOUT_MS, null, { ref: false })]);
    this.#closing.abort();
    await this.#connection?.close();
    await this.#running;
  }

  async #stayConnected(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; failures++) {
      const detail = await this.#connectOnce(() => {
        failures = 0;
      });
      if (signal.aborted) return;
      this.#become({ is: 'away', detail });
      await pause(retryDelayMs(failures), null, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** One connection from its beginning to its end; answers with what ended it. */
  async #connectOnce(onConnected: () => void): Promise<string> {
    let connection: NatsConnection | null = null;
    try {
      const opened = await this.#connectUnlessClosed();
      if (opened === null) return 'closed';
      connection = opened;
      const refusal = noteErrors(connection);
      // Called by the client while it reads: an error thrown here would end its reading.
      connection.subscribe(this.#subject, {
        callback: (refused, message) => (refused ? void opened.close() : this.#hear(message.data)),
      });
      // Once this is answered, NATS has the subscription: whatever was committed before is seen by looking again.
      if (await this.#flushed(connection)) {
        onConnected();
        this.#connection = connection;
        this.#become({ is: 'connected' });
        this.here.lookAgain();
        this.#startTelling();
      }
      const error = await connection.closed();
      return refusal() ?? wordsOf(error);
    } catch (error) {
      return wordsOf(error);
    } finally {
      this.#connection = null;
      await connection?.close();
    }
  }

  /** Null once closed; a connection that comes too late is not kept. */
  async #connectUnlessClosed(): Promise<NatsConnection | null> {
    const connecting = connect(await this.#connectionOptions());
    const closed = Promise.withResolvers<null>();
    const { signal } = this.#closing;
    const giveUp = () => closed.resolve(null);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    const connection = await Promise.race([connecting, closed.promise]);
    signal.removeEventListener('abort', giveUp);
    if (connection === null) connecting.then((late) => late.close()).catch(() => undefined);
    return connection;
  }

  async #connectionOptions(): Promise<ConnectionOptions> {
    const { auth, servers, tls } = this.#address;
    const { credsFile, caFile, serverId } = this.#options;
    const options: ConnectionOptions = {
      servers: [...servers],
      name: `tidesync-server ${serverId}`,
      noEcho: true,
      reconnect: false,
      timeout: CONNECT_TIMEOUT_MS,
      pingInterval: PING_EVERY_MS,
    };
    if (auth.kind === 'password') Object.assign(options, { user: auth.user, pass: auth.pass });
    if (auth.kind === 'token') options.token = auth.token;
    if (typeof credsFile === 'string') options.authenticator = credsAuthenticator(await readFile(credsFile));
    const authority: TlsOptions = typeof caFile === 'string' ? { caFile } : {};
    if (tls || typeof caFile === 'string') options.tls = authority;
    return options;
  }

  #hear(data: Uint8Array): void {
    const news = parseNews(data);
    if (news === null) {
      this.counts.ignored++;
    } else if (news.from !== this.#options.serverId) {
      this.counts.heard++;
      this.#pass(news);
    }
  }

  #pass({ accounts, bells, lookAgain }: NewsMessage): void {
    // First who may see a library, so that a new member hears of it once.
    for (const account of accounts) this.here.ringAccess(account);
    for (const bell of bells) this.here.ring(bell);
    if (lookAgain) this.here.lookAgain();
  }

  #startTelling(): void {
    this.#telling ??= this.#tellAll();
  }

  /** One message after the other, each taken by NATS before the next, so that nothing piles up on the way. */
  async #tellAll(): Promise<void> {
    await Promise.resolve(); // joins what is rung in one go
    for (;;) {
      const connection = this.#connection;
      if (connection === null || this.#untold.isEmpty) break;
      const message = this.#untold.takeMessage(this.#options.serverId);
      if (!(await this.#isTold(connection, message))) {
        this.#untold.putBack(message);
        break;
      }
      this.counts.told++;
    }
    // In the same turn as the last look: what is rung from now on starts anew.
    this.#telling = null;
  }

  async #isTold(connection: NatsConnection, message: NewsMessage): Promise<boolean> {
    try {
      connection.publish(this.#subject, JSON.stringify(message));
      return await this.#flushed(connection);
    } catch {
      return false; // the connection has just ended
    }
  }

  /** Whether NATS has answered to all that was sent; a connection that ends never answers. */
  async #flushed(connection: NatsConnection): Promise<boolean> {
    const answered = connection.flush().then(
      () => true,
      () => false,
    );
    return Promise.race([answered, connection.closed().then(() => false)]);
  }

  #become(state: EventsState): void {
    const before = this.state;
    this.state = state;
    if (before.is !== state.is || state.is === 'away') this.#options.onState?.(state);
  }
}

/** Words for what NATS refused on this connection, if it did: the connection's own end says less. */
function noteErrors(connection: NatsConnection): () => string | null {
  let last: string | null = null;
  const listen = async () => {
    for await (const status of connection.status()) {
      if (status.type === 'error') last = wordsOf(status.error);
    }
  };
  listen().catch(() => undefined);
  return () => last;
}

/** By chance between half and whole, so that servers do not all come back at once. */
function retryDelayMs(failures: number): number {
  const wholeMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** (failures + 1));
  return wholeMs * (0.5 + Math.random() / 2);
}

const DETAIL_CHARS_MAX = 200;

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection ended';
  return error.message.slice(0, DETAIL_CHARS_MAX);
}
