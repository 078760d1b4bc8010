import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { argon2Passwords } from '@tidesync/server/adapters/passwords/argon2-passwords';
import { sessionEndOf } from '@tidesync/server/domain/session-life';
import type { Store } from '@tidesync/server/ports/store';
import type { AccountId, DeviceId, LibraryId } from '@tidesync/shared/ids';

export interface SeededAccount {
  readonly accountId: AccountId;
  readonly email: string;
  /** Of its devices. */
  readonly tokens: readonly string[];
}

/** Accounts, signed-in devices and libraries, written beside the running servers without their passwords' cost. */
export interface Seeds {
  accounts(count: number, each: AccountShape): Promise<SeededAccount[]>;
  library(owner: SeededAccount, members?: readonly SeededAccount[]): Promise<LibraryId>;
  setLimit(account: SeededAccount, limitBytes: number): Promise<void>;
}

export interface AccountShape {
  readonly limitBytes: number;
  readonly devices: number;
  /** Absent: nobody can sign in, which the devices made here have no need of. */
  readonly password?: string;
}

/** Rows written in one transaction. */
const ROWS_PER_TRANSACTION = 200;

export function seedsIn(store: Store): Seeds {
  const inTransactions = async <T>(rows: readonly T[], write: (tx: WritesOf, row: T) => Promise<unknown>) => {
    for (let at = 0; at < rows.length; at += ROWS_PER_TRANSACTION) {
      const page = rows.slice(at, at + ROWS_PER_TRANSACTION);
      await store.transact(async (tx) => {
        for (const row of page) await write(tx, row);
      });
    }
  };
  const passwords = argon2Passwords({ randomBytes });
  return {
    async accounts(count, { limitBytes, devices, password }) {
      const passwordHash = password === undefined ? '-' : await passwords.hash(password);
      const accounts = Array.from({ length: count }, () => newAccount(devices));
      await inTransactions(accounts, (tx, { accountId, email }) => {
        const account = { accountId, email, passwordHash, admin: false, limitBytes };
        return tx.accounts.create({ ...account, createdAtMs: Date.now() });
      });
      const all = accounts.flatMap(({ accountId, tokens }) => tokens.map((token) => ({ accountId, token })));
      await inTransactions(all, (tx, { accountId, token }) => {
        const tokenHash = createHash('sha256').update(token).digest('hex');
        const device = { deviceId: randomUUID() as DeviceId, accountId, name: 'bench', tokenHash };
        const createdAtMs = Date.now();
        return tx.devices.create({ ...device, createdAtMs, ...sessionEndOf('device', createdAtMs) });
      });
      return accounts;
    },
    async library(owner, members = []) {
      const libraryId = randomUUID() as LibraryId;
      const library = { libraryId, ownerId: owner.accountId, name: `Library ${libraryId}` };
      await store.transact((tx) => tx.libraries.create({ ...library, createdAtMs: Date.now() }));
      await inTransactions(members, (tx, { accountId }) =>
        tx.libraries.setMember(libraryId, accountId, 'editor'),
      );
      return libraryId;
    },
    setLimit: ({ accountId }, limitBytes) =>
      store.transact((tx) => tx.accounts.setLimit(accountId, limitBytes)),
  };
}

type WritesOf = Parameters<Parameters<Store['transact']>[0]>[0];

function newAccount(devices: number): SeededAccount {
  const accountId = randomUUID() as AccountId;
  const tokens = Array.from({ length: devices }, () => `tds_${randomBytes(32).toString('base64url')}`);
  return { accountId, email: `${accountId}@example.org`, tokens };
}
