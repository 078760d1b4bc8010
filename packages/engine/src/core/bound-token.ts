import { z } from 'zod';
import type { DeviceTokens } from './device-tokens.ts';
import { firstToken } from './device-tokens.ts';

/** Whose a token is: of this device, for this server and no other. */
export interface TokenBinding {
  readonly serverUrl: string;
  readonly deviceId: string;
}

export interface StoredTokens {
  readonly tokens: DeviceTokens;
  /** Null: they were stored by a program that did not say. */
  readonly binding: TokenBinding | null;
}

const token = z.string().min(1);
const boundForm = z.object({
  token,
  serverUrl: z.string().min(1),
  deviceId: z.string().min(1),
  sinceMs: z.number().nullable().default(null),
  next: token.nullable().default(null),
  earlier: z.array(token).default([]),
});
/** What can be sent in a header. */
const BARE_FORM = /^[\x21-\x7e]+$/;

/**
 * Tokens as they are stored. What they belong to is in the same write: tokens and session lie in two places, and a stop
 * between their writes must not send the token of one server to another.
 */
export function storedText(tokens: DeviceTokens, { serverUrl, deviceId }: TokenBinding): string {
  const { current, sinceMs, next, earlier } = tokens;
  return JSON.stringify({
    ...{ token: current, serverUrl, deviceId, sinceMs, next },
    earlier: [...earlier],
  } satisfies z.infer<typeof boundForm>);
}

/** Null where the text is no token. */
export function readStoredTokens(text: string): StoredTokens | null {
  const bare = text.trim();
  if (!bare.startsWith('{')) {
    return BARE_FORM.test(bare) ? { tokens: firstToken(bare, null), binding: null } : null;
  }
  const bound = boundForm.safeParse(parseJson(bare));
  if (!bound.success) return null;
  const { token: current, serverUrl, deviceId, ...others } = bound.data;
  return { tokens: { current, ...others }, binding: { serverUrl, deviceId } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
