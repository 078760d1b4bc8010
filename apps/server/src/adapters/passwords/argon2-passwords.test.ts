import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { argon2Passwords, COST_TODAY, passwordsAtOnce } from './argon2-passwords.ts';

const cheap = { memoryKib: 64, passes: 1, lanes: 1 };

describe('argon2id passwords', () => {
  test('a hash says its algorithm and cost, is salted, and knows its password', async () => {
    const passwords = argon2Passwords({ randomBytes });
    const [one, two] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify('correct horse', one, 'a')).toEqual({ right: true, outdated: false });
    expect(await passwords.verify('correct horsf', one, 'a')).toEqual({ right: false });
  });

  test('nobody has no right password', async () => {
    const passwords = argon2Passwords({ randomBytes, cost: cheap });
    expect(await passwords.verify('', null, 'a')).toEqual({ right: false });
  });

  test('a hash of an older cost is right and outdated', async () => {
    const old = await argon2Passwords({ randomBytes, cost: cheap }).hash('secret');
    const today = argon2Passwords({ randomBytes, cost: COST_TODAY });
    expect(await today.verify('secret', old, 'a')).toEqual({ right: true, outdated: true });
  });

  test('composed and decomposed spellings are one password', async () => {
    const passwords = argon2Passwords({ randomBytes, cost: cheap });
    const hash = await passwords.hash('caf\u00e9');
    expect(await passwords.verify('cafe\u0301', hash, 'a')).toMatchObject({ right: true });
  });

  test('[W63] of one asker few wait, all together more, and the rest still get theirs', async () => {
    const passwords = argon2Passwords({ randomBytes, cost: cheap });
    const ask = (asker: string) => passwords.verify('x', null, asker);
    const greedy = Promise.allSettled(Array.from({ length: 50 }, () => ask('a')));
    const others = Promise.allSettled(Array.from({ length: 50 }, (_, n) => ask(`b${n}`)));
    const answered = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
      outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(answered(await greedy)).toBe(8);
    expect(answered(await others)).toBe(passwordsAtOnce(availableParallelism()) + 32 - 8);
    expect(await passwords.hash('x')).toContain('$argon2id$');
  });

  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [64, 2],
  ])('[W63] on %i processors %i is hashed at once', (processors, atOnce) => {
    expect(passwordsAtOnce(processors)).toBe(atOnce);
  });
});
