import path from 'node:path';
import { fail } from '@tidesync/shared/problems';
import { homeFolder } from '../adapters/home-folder.ts';
import { nodeSha256 } from '../adapters/node-environment.ts';
import { nodePlaces, nodeProcess } from '../adapters/node-places.ts';
import { openSqliteJournal } from '../adapters/sqlite-journal.ts';
import type { EngineJournal } from '../ports/journal.ts';
import type { TokenPlace } from '../ports/token-place.ts';
import { openEngine } from '../shell/engine.ts';
import type { EngineParts, ServerConnection, ServerGate } from '../shell/engine-parts.ts';
import type { Engine, LoginInput } from '../shell/face.ts';
import type { DyingProcess } from './dying-process.ts';
import { tornInLog } from './dying-process.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryDisk } from './memory-disk.ts';
import { MemoryLibrary } from './memory-library.ts';
import { seededRandom } from './seeded-random.ts';

const PASSWORD = 'secret';

interface Issued {
  readonly serverUrl: string;
  /** Hash of its current token. */
  current: string;
  isUsed: boolean;
  /** The token that took the place of each, by their hashes. */
  readonly replaced: Map<string, string>;
  state: 'open' | 'revoked' | 'copied';
}

/**
 * Two servers that give out tokens, and note whom they see. They judge tokens as the real one does, but give a replaced
 * one no time at all once the next was used.
 */
export class Servers implements ServerGate {
  #devices: Issued[] = [];
  /** Tokens that arrived at a server which has not given them out. */
  readonly strays: string[] = [];
  isAway = false;
  /** Whether it can replace tokens, as older ones cannot. */
  canReplace = true;
  /** So many calls are refused as from an unknown device. */
  refusals = 0;
  /** How often it was asked to. */
  replacings = 0;

  check(url: string) {
    return fail({ reason: 'notTidesync', url });
  }

  async login(serverUrl: string, { email, password }: LoginInput) {
    if (password !== PASSWORD) fail({ reason: 'wrongCredentials' });
    const token = `tds_${this.#devices.length + 1}`;
    const current = nodeSha256(token);
    this.#devices.push({ serverUrl, current, isUsed: false, replaced: new Map(), state: 'open' });
    return { token, accountId: `account at ${serverUrl}`, deviceId: `device ${this.#devices.length}`, email };
  }

  #asked(serverUrl: string, token: string): Issued {
    if (this.refusals > 0) {
      this.refusals -= 1;
      fail({ reason: 'signedOut' });
    }
    if (this.isAway) fail({ reason: 'unreachable', url: serverUrl, detail: 'it is away' });
    const hash = nodeSha256(token);
    const device = this.#devices.find(({ current, replaced }) => current === hash || replaced.has(hash));
    if (device === undefined) return fail({ reason: 'signedOut' });
    if (device.serverUrl !== serverUrl) this.strays.push(`${token} at ${serverUrl}`);
    if (device.state === 'revoked') fail({ reason: 'deviceRevoked' });
    const isPrevious = device.replaced.get(hash) === device.current;
    if (device.current !== hash && (!isPrevious || device.isUsed)) device.state = 'copied';
    if (device.state === 'copied') fail({ reason: 'deviceRevoked', copied: true });
    if (device.current === hash) device.isUsed = true;
    return device;
  }

  #replace(device: Issued, from: string, to: string): void {
    this.replacings += 1;
    if (!this.canReplace) fail({ reason: 'invalidInput', detail: 'there is no such procedure' });
    if (device.current === to) return;
    if (device.current === from) device.replaced.set(from, to);
    else for (const [old, by] of device.replaced) if (by === device.current) device.replaced.set(old, to);
    device.current = to;
    device.isUsed = false;
  }

  connect(serverUrl: string, token: () => string): ServerConnection {
    const { sync, objects } = new MemoryLibrary(new FakeClock());
    const refuse = () => fail({ reason: 'signedOut' });
    return {
      sync: {
        ...sync,
        quota: async () => {
          this.#asked(serverUrl, token());
          return { limitBytes: 0, usedBytes: 0, reservedBytes: 0 };
        },
        watch: () => ({ close: () => undefined }),
      },
      objects,
      library: {
        ...{ trash: refuse, restore: refuse, versions: refuse, restoreVersion: refuse },
        ...{ search: refuse, retention: refuse, setRetention: refuse },
      },
      logout: async () => {
        this.#asked(serverUrl, token()).state = 'revoked';
      },
      replaceToken: async (nextHash) => {
        this.#replace(this.#asked(serverUrl, token()), nodeSha256(token()), nextHash);
      },
      close: () => undefined,
    };
  }

  open(): number {
    return this.#devices.filter(({ state }) => state === 'open').length;
  }

  /** Keeps what they know, and answers with how to put it back. */
  backUp(): () => void {
    const copy = (devices: Issued[]) =>
      devices.map((device) => ({ ...device, replaced: new Map(device.replaced) }));
    const kept = copy(this.#devices);
    return () => {
      this.#devices = copy(kept);
    };
  }
}

export interface Opened {
  readonly engine: Engine;
  readonly journal: EngineJournal;
  readonly clock: FakeClock;
}

interface Opening {
  readonly dying?: DyingProcess;
  readonly token?: TokenPlace;
  readonly clock?: FakeClock;
  /** Other processes draw other random bytes. */
  readonly seed?: number;
}

/** An engine on the real files of that home; with a process that dies, its writes of the session are points of it. */
export async function openSession(
  home: string,
  servers: ServerGate,
  { dying, token = homeFolder(home).token, clock = new FakeClock(), seed = 1 }: Opening = {},
): Promise<Opened> {
  const file = path.join(home, 'journal.db');
  const { journal } = openSqliteJournal(file, 0);
  const parts: EngineParts = {
    ...{ journal, token, servers, clock, homePath: home, sha256: nodeSha256, version: '1', bootId: 'b' },
    places: nodePlaces,
    process: nodeProcess,
    powerAndNetwork: { power: async () => 'mains', network: async () => 'unmetered' },
    folders: { prepare: async (at) => at, resolve: async (at) => at },
    openDisk: () => new MemoryDisk({ clock }),
    openCutter: () => fail({ reason: 'internal' }),
    watcher: { watch: async () => ({ close: async () => undefined }) },
    random: seededRandom(seed),
    log: () => undefined,
  };
  if (dying === undefined) return { engine: await openEngine(parts), journal, clock };
  const gate: ServerGate = {
    check: (url) => servers.check(url),
    login: (url, input) => dying.point(() => servers.login(url, input), null),
    connect(url, given) {
      const connection = servers.connect(url, given);
      return {
        ...connection,
        logout: () => dying.point(() => connection.logout(), null),
        replaceToken: (hash) => dying.point(() => connection.replaceToken(hash), null),
      };
    },
  };
  const dyingParts = { ...parts, servers: gate, journal: dyingJournal(journal, file, dying) };
  return { engine: await openEngine(dyingParts), journal, clock };
}

/** `setSession` of a journal is synchronous: what follows it in a process that is gone has to throw. */
function dyingJournal(journal: EngineJournal, file: string, dying: DyingProcess): EngineJournal {
  return {
    ...journal,
    setSession(session) {
      let isDone = false;
      const write = () => {
        journal.setSession(session);
        isDone = true;
      };
      void dying.point(
        async () => write(),
        () => tornInLog(file, write),
      );
      if (dying.isOver || !isDone) throw new Error('the process is gone');
    },
  };
}

export const loginInput = (serverUrl: string): LoginInput => ({
  ...{ serverUrl, email: 'ann@example.org', password: PASSWORD },
  deviceName: 'laptop',
});

/** Where it is signed in, or why it is not. */
export function shownSession({ engine }: Pick<Opened, 'engine'>): string {
  const { session } = engine.status();
  return session.is === 'signedOut' ? session.why : session.serverUrl;
}
