import { expect, test } from 'vitest';
import { onceHandlesAreFree } from './free-handles.ts';

/** Fails so often, and then works. */
function failing(code: string, times: number) {
  const tried = { count: 0 };
  const operation = () => {
    tried.count++;
    if (tried.count > times) return Promise.resolve('opened');
    return Promise.reject(Object.assign(new Error(code), { code }));
  };
  return { tried, operation };
}

test.each(['EMFILE', 'ENFILE'])(
  '[S69] what finds no handle free (%s) is tried until one is',
  async (code) => {
    const { tried, operation } = failing(code, 3);
    expect(await onceHandlesAreFree(operation)).toBe('opened');
    expect(tried.count).toBe(4);
  },
);

test('[S69] in vain it waits only once, and the others are told at once until a handle is free', async () => {
  const first = failing('EMFILE', Number.POSITIVE_INFINITY);
  await expect(onceHandlesAreFree(first.operation)).rejects.toMatchObject({ code: 'EMFILE' });
  expect(first.tried.count).toBeGreaterThan(1);
  const second = failing('EMFILE', Number.POSITIVE_INFINITY);
  await expect(onceHandlesAreFree(second.operation)).rejects.toMatchObject({ code: 'EMFILE' });
  expect(second.tried.count).toBe(2);
  expect(await onceHandlesAreFree(() => Promise.resolve('opened'))).toBe('opened');
  expect(await onceHandlesAreFree(failing('EMFILE', 3).operation)).toBe('opened');
});

test('any other failure is none of it', async () => {
  const { tried, operation } = failing('ENOENT', 3);
  await expect(onceHandlesAreFree(operation)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(tried.count).toBe(1);
});

test('[S69] those that each need two handles do not keep them from each other', async () => {
  let free = 4;
  const noneFree = () => Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
  const aTurn = () => new Promise((resolve) => setImmediate(resolve));
  // As with files: whoever finds none learns it a moment later, and keeps until then what it has.
  const withOne = async <T>(use: () => Promise<T>): Promise<T> => {
    const hasOne = free > 0;
    if (hasOne) free--;
    try {
      await aTurn();
      if (!hasOne) throw noneFree();
      return await use();
    } finally {
      if (hasOne) free++;
    }
  };
  const opening = Array.from({ length: 40 }, (_, n) =>
    onceHandlesAreFree(() => withOne(() => withOne(() => Promise.resolve(n)))),
  );
  expect(await Promise.all(opening)).toEqual(opening.map((_, n) => n));
});

test('what is not wanted any more waits no longer', async () => {
  const controller = new AbortController();
  const reason = new Error('no longer wanted');
  const waiting = onceHandlesAreFree(() => {
    controller.abort(reason);
    return failing('EMFILE', 1).operation();
  }, controller.signal);
  await expect(waiting).rejects.toBe(reason);
});
