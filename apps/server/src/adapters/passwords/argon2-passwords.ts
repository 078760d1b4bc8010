import { argon2, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { assert } from '@tidesync/shared/brand';
import type { PasswordHash, Passwords } from '../../ports/passwords.ts';
import { turns } from './turns.ts';

export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** Above OWASP's minimum for argon2id; about 0.1 s and 64 MiB on a small server. */
export const COST_TODAY: Argon2Cost = { memoryKib: 64 * 1024, passes: 3, lanes: 1 };

const SALT_BYTES = 16;
const TAG_BYTES = 32;
const RUNNING_MAX = 2;
const TURNS = { waitingMax: 32, perAskerMax: 8 } as const;

interface Phc {
  readonly cost: Argon2Cost;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

export interface Argon2Options {
  readonly randomBytes: (sizeBytes: number) => Uint8Array;
  readonly cost?: Argon2Cost;
}

export function argon2Passwords(options: Argon2Options): Passwords {
  const cost = options.cost ?? COST_TODAY;
  const runningMax = passwordsAtOnce(availableParallelism());
  const inTurn = turns({ runningMax, ...TURNS });
  const nobody: Phc = { cost, salt: Buffer.alloc(SALT_BYTES), tag: Buffer.alloc(TAG_BYTES) };
  return {
    async hash(password) {
      const salt = Buffer.from(options.randomBytes(SALT_BYTES));
      return encodePhc({ cost, salt, tag: await inTurn(null, () => argon2id(password, { cost, salt })) });
    },
    async verify(password, stored, asker) {
      const made = stored === null ? nobody : parsePhc(stored);
      const tag = await inTurn(asker, () => argon2id(password, made));
      const equal = timingSafeEqual(tag, made.tag);
      if (stored === null || !equal) return { right: false };
      return { right: true, outdated: !sameCost(made.cost, cost) };
    },
  };
}

/** How many run at once: while one does, a processor is left for everybody else. Each takes its whole memory. */
export const passwordsAtOnce = (processors: number) => Math.min(RUNNING_MAX, Math.max(1, processors - 1));

/** NFKC, so that the same password typed on another keyboard or system is the same bytes. */
function argon2id(password: string, made: Omit<Phc, 'tag'>): Promise<Buffer> {
  const { memoryKib, passes, lanes } = made.cost;
  const parameters = {
    message: Buffer.from(password.normalize('NFKC'), 'utf8'),
    nonce: made.salt,
    parallelism: lanes,
    tagLength: TAG_BYTES,
    memory: memoryKib,
    passes,
  };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => (error === null ? resolve(tag) : reject(error)));
  });
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

function encodePhc({ cost, salt, tag }: Phc): PasswordHash {
  const parameters = `m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}`;
  return `$argon2id$v=19$${parameters}$${base64(salt)}$${base64(tag)}`;
}

function parsePhc(text: PasswordHash): Phc {
  const match = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]+)\$([\w+/]+)$/.exec(text);
  assert(match !== null, 'a stored password hash is an argon2id PHC string');
  const [, memory, passes, lanes, salt, tag] = match;
  const cost = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  const parsed = { cost, salt: Buffer.from(salt ?? '', 'base64'), tag: Buffer.from(tag ?? '', 'base64') };
  assert(parsed.tag.length === TAG_BYTES, `a stored password hash has ${TAG_BYTES} bytes`);
  return parsed;
}

const sameCost = (a: Argon2Cost, b: Argon2Cost) =>
  a.memoryKib === b.memoryKib && a.passes === b.passes && a.lanes === b.lanes;
