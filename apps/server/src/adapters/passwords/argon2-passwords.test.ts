import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { argon2Passwords, COST_TODAY } from './argon2-passwords.ts';

const cheap = { memoryKib: 64, passes: 1, lanes: 1 };

describe('argon2id passwords', () => {
  test('a hash says its algorithm and cost, is salted, and knows its password', async () => {
    const passwords = argon2Passwords({ randomBytes });
    const [one, two] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify('correct horse', one)).toEqual({ right: true, outdated: false });
    expect(await passwords.verify('correct horsf', one)).toEqual({ right: false });
  });

  test('nobody has no right password', async () => {
    const passwords = argon2Passwords({ randomBytes, cost: cheap });
    expect(await passwords.verify('', null)).toEqual({ right: false });
  });

  test('a hash of an older cost is right and outdated', async () => {
    const old = await argon2Passwords({ randomBytes, cost: cheap }).hash('secret');
    const today = argon2Passwords({ randomBytes, cost: COST_TODAY });
    expect(await today.verify('secret', old)).toEqual({ right: true, outdated: true });
  });

  test('composed and decomposed spellings are one password', async () => {
    const passwords = argon2Passwords({ randomBytes, cost: cheap });
    const hash = await passwords.hash('caf\u00e9');
    expect(await passwords.verify('cafe\u0301', hash)).toMatchObject({ right: true });
  });

  test('many at once wait their turn; too many are refused, and the rest still get theirs', async () => {
    const passwords = argon2Passwords({ randomBytes, cost: cheap });
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => passwords.hash('x')));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(34);
    expect(await passwords.hash('x')).toContain('$argon2id$');
  });
});
