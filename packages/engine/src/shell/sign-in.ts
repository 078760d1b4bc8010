import { readStoredTokens } from '../core/bound-token.ts';
import { firstToken } from '../core/device-tokens.ts';
import type { SessionRecord } from '../ports/journal.ts';
import type { DeviceTokenParts } from './device-token.ts';
import { DeviceToken } from './device-token.ts';
import type { EngineParts, ServerConnection } from './engine-parts.ts';
import type { LoginInput } from './face.ts';

/**
 * `interrupted`: the token that is stored belongs to a sign-in that never ended. `copied`: the server has noticed that
 * two have it.
 */
export type SignedOutWhy = 'never' | 'logout' | 'revoked' | 'interrupted' | 'copied';

export interface SignedIn {
  readonly is: 'in';
  readonly record: SessionRecord;
  readonly connection: ServerConnection;
  readonly token: DeviceToken;
}
export type EngineSession = SignedIn | { readonly is: 'out'; readonly why: SignedOutWhy };

type SessionParts = DeviceTokenParts & Pick<EngineParts, 'journal' | 'servers' | 'log'>;

/**
 * The session as an earlier process left it. A token is used with the session it was stored for and with no other: one
 * that belongs elsewhere is sent nowhere. One that does not say what it belongs to is of the session that is there, and
 * says so from now on.
 */
export async function storedSession(parts: SessionParts): Promise<EngineSession> {
  const { journal, servers, log } = parts;
  const record = journal.session();
  const text = await parts.token.read();
  if (record === null) return { is: 'out', why: 'never' };
  const stored = text === null ? null : readStoredTokens(text);
  if (stored === null) return { is: 'out', why: 'logout' };
  const { binding, tokens } = stored;
  const token = new DeviceToken(parts, record, tokens);
  if (binding === null) {
    await token.keep().catch((error: unknown) => log(String(error)));
  } else if (binding.serverUrl !== record.serverUrl || binding.deviceId !== record.deviceId) {
    return { is: 'out', why: 'interrupted' };
  }
  return { is: 'in', record, connection: servers.connect(record.serverUrl, token.current), token };
}

/**
 * Signs this device in and remembers it: the token first, so that a stop before the session is known leaves a token
 * that fits no session, never a session that seems to have been ended on purpose. Rejects with Failure, and has then
 * told the server to forget the device.
 */
export async function signIn(parts: SessionParts, input: LoginInput): Promise<SignedIn> {
  const { journal, servers, clock, log } = parts;
  const { serverUrl, deviceName } = input;
  const loggedIn = await servers.login(serverUrl, input);
  const { accountId, deviceId, email } = loggedIn;
  const record: SessionRecord = { serverUrl, email, accountId, deviceId, deviceName };
  const token = new DeviceToken(parts, record, firstToken(loggedIn.token, clock.nowMs()));
  const connection = servers.connect(serverUrl, token.current);
  try {
    await token.keep();
    journal.setSession(record);
  } catch (error) {
    await connection.logout().catch(() => log(NOT_TOLD));
    await parts.token.write(null).catch(() => undefined); // it fits no session, and is revoked
    connection.close();
    throw error;
  }
  return { is: 'in', record, connection, token };
}

export const NOT_TOLD = 'The server could not be told; remove this device there.';
