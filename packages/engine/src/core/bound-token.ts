import { z } from 'zod';

/** Whose a token is: of this device, for this server and no other. */
export interface TokenBinding {
  readonly serverUrl: string;
  readonly deviceId: string;
}

export interface StoredToken {
  readonly token: string;
  /** Null: it was stored by a program that did not say. */
  readonly binding: TokenBinding | null;
}

const boundForm = z.object({
  token: z.string().min(1),
  serverUrl: z.string().min(1),
  deviceId: z.string().min(1),
});
/** What can be sent in a header. */
const BARE_FORM = /^[\x21-\x7e]+$/;

/**
 * A token as it is stored. What it belongs to is in the same write: token and session lie in two places, and a stop
 * between their writes must not send the token of one server to another.
 */
export function storedText(token: string, { serverUrl, deviceId }: TokenBinding): string {
  return JSON.stringify({ token, serverUrl, deviceId } satisfies z.infer<typeof boundForm>);
}

/** Null where the text is no token. */
export function readStoredToken(text: string): StoredToken | null {
  const bare = text.trim();
  if (!bare.startsWith('{')) return BARE_FORM.test(bare) ? { token: bare, binding: null } : null;
  const bound = boundForm.safeParse(parseJson(bare));
  if (!bound.success) return null;
  const { token, serverUrl, deviceId } = bound.data;
  return { token, binding: { serverUrl, deviceId } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
