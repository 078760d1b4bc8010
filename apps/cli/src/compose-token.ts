import type { HomeFolder } from '@tidesync/engine/adapters/home-folder';
import { systemKeyring } from '@tidesync/engine/adapters/keyring/system-keyring';
import { nodeRandom } from '@tidesync/engine/adapters/node-environment';
import type { TokenStore } from '@tidesync/engine/adapters/token-store';
import { tokenStore } from '@tidesync/engine/adapters/token-store';
import { UsageError } from './exit-codes.ts';

/** Where the token of a home lies: in the system's keyring, unless TIDESYNC_SECRETS says `file`. */
export function composeToken(home: HomeFolder, log: (line: string) => void): TokenStore {
  const { token: file, marker, path: homePath } = home;
  const prefer = preferenceIn(process.env.TIDESYNC_SECRETS);
  return tokenStore({ file, marker, keyring: systemKeyring(), prefer, random: nodeRandom, homePath, log });
}

function preferenceIn(text: string | undefined): 'keyring' | 'file' {
  if (text === 'file') return 'file';
  if (text === undefined || text === '' || text === 'keyring') return 'keyring';
  throw new UsageError(
    `TIDESYNC_SECRETS is "${text}". It is \`keyring\` (as if it were not set) or \`file\`.`,
  );
}
