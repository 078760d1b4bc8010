import { uuidFromBytes } from '@tidesync/shared/ids';
import { fail } from '@tidesync/shared/problems';
import type { Random } from '../ports/environment.ts';
import type { Keyring } from '../ports/keyring.ts';
import { KeyringError } from '../ports/keyring.ts';
import type { TokenPlace } from '../ports/token-place.ts';

/** One small file of the device's home, which only this user can read: null while there is none. */
export interface HomeText {
  read(): Promise<string | null>;
  /** Whole or not at all; null removes it. */
  write(text: string | null): Promise<void>;
}

export interface TokenStoreParts {
  readonly file: HomeText;
  /** Says that the token lies in the keyring, and under which name. */
  readonly marker: HomeText;
  readonly keyring: Keyring;
  /** `file`: whoever runs this wants no keyring. */
  readonly prefer: 'keyring' | 'file';
  readonly random: Random;
  readonly homePath: string;
  readonly log: (line: string) => void;
}

export interface TokenStore extends TokenPlace {
  /** Brings the token to where it is preferred. At the start, by who holds the home's lock. */
  settle(): Promise<void>;
}

/**
 * The device's token in the system's keyring, or in a file where that cannot be had. What the file has counts first, so
 * a move is: into the keyring, read back and compared, marked, and only then out of the file.
 */
export function tokenStore(parts: TokenStoreParts): TokenStore {
  const { file, marker, keyring, prefer, log } = parts;
  let where: 'keyring' | 'file' = 'file';

  const read = async (): Promise<string | null> => {
    const inFile = await file.read();
    const account = inFile === null ? await marker.read() : null;
    where = account === null ? 'file' : 'keyring';
    if (account === null) return inFile;
    return keyring.get(account.trim()).catch((error: unknown) => {
      if (prefer === 'file') return null; // they will sign in anew, and the file takes over
      return notReadable(parts.homePath, error);
    });
  };

  const intoKeyring = async (text: string, told = (_line: string): void => undefined): Promise<boolean> => {
    const account = (await marker.read())?.trim() || `device-${uuidFromBytes(parts.random.bytes(16))}`;
    try {
      await keyring.set(account, text);
      if ((await keyring.get(account)) !== text) throw new KeyringError('it gave back something else');
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      told(
        `The system keyring is not used (${error.message}): the token lies in a file that only you can read.`,
      );
      return false;
    }
    await marker.write(account);
    await file.write(null);
    return true;
  };

  const intoFile = async (text: string): Promise<void> => {
    await file.write(text);
    await forgetKeyring();
  };

  const forgetKeyring = async (): Promise<void> => {
    const account = await marker.read();
    if (account === null) return;
    await marker.write(null); // first: what is left in the keyring then is nobody's
    await keyring.remove(account.trim()).catch((error: unknown) => {
      if (!(error instanceof KeyringError)) throw error;
      log(`An old token stays in the system keyring (${error.message}); it is of no use any more.`);
    });
  };

  const write = async (text: string | null): Promise<void> => {
    if (text === null) {
      await file.write(null);
      await forgetKeyring();
      return;
    }
    if (prefer === 'file' || !(await intoKeyring(text, log))) await intoFile(text);
    await read();
  };

  return {
    read,
    write,
    where: () => where,
    async settle() {
      const inFile = await file.read();
      if (prefer === 'keyring' && inFile !== null) await intoKeyring(inFile);
      if (prefer === 'file' && inFile === null) {
        const text = await read();
        if (text !== null) await intoFile(text);
      }
      await read().catch(() => null);
    },
  };
}

function notReadable(homePath: string, error: unknown): never {
  if (!(error instanceof KeyringError)) throw error;
  return fail({ reason: 'keyringSilent', path: homePath, detail: error.message }, error);
}
