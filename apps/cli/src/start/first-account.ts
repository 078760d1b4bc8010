import { open, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Random } from '@tidesync/engine/ports/environment';
import { email as emailSchema } from '@tidesync/shared/wire/people';
import { z } from 'zod';
import { readablePassword } from './readable-password.ts';

const ACCOUNT_FILE = 'account.json';
const PASSWORD_FILE = 'password';

const accountSchema = z.object({
  email: emailSchema,
  /** Under which this device knows the embedded server; it changes with `--port`. */
  serverUrl: z.string(),
  /** Those before, as long as the device may still know the server under one of them. */
  formerUrls: z.array(z.string()).default([]),
});

/** The account that the first start makes. Its password lies in a file of its own, so that it can be piped. */
export interface FirstAccount {
  readonly email: string;
  readonly password: string;
  readonly passwordFile: string;
  readonly serverUrl: string;
  readonly formerUrls: readonly string[];
}

/** Null before the first start. */
export async function readFirstAccount(dataDir: string): Promise<FirstAccount | null> {
  const passwordFile = path.join(dataDir, PASSWORD_FILE);
  try {
    const account = accountSchema.parse(JSON.parse(await readFile(path.join(dataDir, ACCOUNT_FILE), 'utf8')));
    const password = (await readFile(passwordFile, 'utf8')).replace(/\n$/, '');
    return { ...account, password, passwordFile };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Written before the account is made: a password that is lost would lock its owner out. */
export async function writeFirstAccount(
  dataDir: string,
  account: Omit<FirstAccount, 'passwordFile'>,
): Promise<FirstAccount> {
  const { email, password, serverUrl, formerUrls } = account;
  const passwordFile = path.join(dataDir, PASSWORD_FILE);
  await writePrivately(passwordFile, `${password}\n`);
  const stored = JSON.stringify({ email, serverUrl, formerUrls });
  await writePrivately(path.join(dataDir, ACCOUNT_FILE), `${stored}\n`);
  return { email, password, passwordFile, serverUrl, formerUrls };
}

/**
 * The server listens elsewhere now. `relocate` tells the device; a stop at any point of it leaves the addresses that
 * the device may still know written down, and the next start does it again.
 */
export async function moveFirstAccount(
  dataDir: string,
  { known, serverUrl }: { readonly known: FirstAccount; readonly serverUrl: string },
  relocate: (fromUrls: readonly string[]) => Promise<void>,
): Promise<FirstAccount> {
  const earlier = new Set([...known.formerUrls, known.serverUrl]);
  earlier.delete(serverUrl);
  if (earlier.size === 0) return known;
  const formerUrls = [...earlier];
  await writeFirstAccount(dataDir, { ...known, serverUrl, formerUrls });
  await relocate(formerUrls);
  return writeFirstAccount(dataDir, { ...known, serverUrl, formerUrls: [] });
}

export function newAccount(userName: string, random: Random): { email: string; password: string } {
  const local = userName.toLowerCase().replace(/[^a-z0-9._-]/g, '') || 'me';
  return { email: `${local}@localhost`, password: readablePassword(random) };
}

async function writePrivately(file: string, content: string): Promise<void> {
  const draft = `${file}.new`;
  await writeFile(draft, content, { mode: 0o600, flush: true });
  await rename(draft, file);
  if (process.platform === 'win32') return;
  const folder = await open(path.dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
