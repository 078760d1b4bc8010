import { createHash, randomUUID } from 'node:crypto';
import type { EventStream } from '@tidesync/server/testing/sse';
import { openStream } from '@tidesync/server/testing/sse';
import type { TestClient } from '@tidesync/server/testing/test-server';
import { clientOf } from '@tidesync/server/testing/test-server';
import type { EntryId, LibraryId, OpId } from '@tidesync/shared/ids';
import { topFolderOf } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import { PASSWORD } from './server-process.ts';

/** A device without an engine: it sees exactly what the server says, and tries nothing twice. */
export class BareDevice {
  readonly client: TestClient;
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
    this.client = clientOf(url, token);
  }

  static async signIn(url: string, email: string): Promise<BareDevice> {
    const login = { email, password: PASSWORD, deviceName: 'bare' };
    const { token } = await clientOf(url, null).auth.login.mutate(login);
    return new BareDevice(url, token);
  }

  /** The same device at that server, with another token if one is given. */
  atServer(url: string, token = this.#token): BareDevice {
    return new BareDevice(url, token);
  }

  get tokenHash(): string {
    return createHash('sha256').update(this.#token).digest('hex');
  }

  async makeLibrary(): Promise<LibraryId> {
    const libraryId = randomUUID() as LibraryId;
    await this.client.libraries.create.mutate({ libraryId, name: libraryId });
    return libraryId;
  }

  async makeFolder(libraryId: LibraryId, name: string): Promise<void> {
    const at = { parentId: topFolderOf(libraryId), name: name as EntryName, mtimeMs: 1 };
    const op = { op: 'create' as const, entryId: randomUUID() as EntryId, ...at };
    const ops = [{ ...op, body: { kind: 'folder' as const } }];
    await this.client.sync.commit.mutate({ libraryId, opId: randomUUID() as OpId, ops });
  }

  watch(): Promise<EventStream> {
    return openStream(`${this.#url}/trpc/changes.watch`, this.#token);
  }
}

/** Waits for the bell of that library at that head. */
export async function untilItRings(
  stream: EventStream,
  libraryId: LibraryId,
  headSeq: number,
): Promise<void> {
  for (;;) {
    const event = await stream.next();
    if (event === null) throw new Error('the stream ended');
    const bell = event.data as { libraryId?: unknown; headSeq?: unknown };
    if (bell.libraryId === libraryId && bell.headSeq === headSeq) return;
  }
}
