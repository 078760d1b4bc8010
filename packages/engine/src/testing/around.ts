/** A call of a method, on its way. */
export interface Call {
  readonly key: string;
  readonly args: readonly unknown[];
  /** The first argument: a path, of a disk. Of a handle, what it was opened with. */
  readonly path: unknown;
  run(args: readonly unknown[]): Promise<unknown>;
}

export type Around = (call: Call) => Promise<unknown>;

/** The same object, with something around each of its calls, and those of handles that it gives out. */
export function around<T extends object>(inner: T, way: Around, opened?: unknown): T {
  return new Proxy(inner, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== 'function' || typeof key !== 'string' || key === 'watch') return value;
      const run = async (args: readonly unknown[]): Promise<unknown> => {
        const result: unknown = await value.apply(target, args);
        const isHandle = key === 'createFile' || key === 'openForRead';
        return isHandle ? around(result as object, way, args[0]) : result;
      };
      return (...args: unknown[]) => way({ key, args, path: opened ?? args[0], run });
    },
  });
}

/** The same object with other parts. */
export function replaced<T extends object>(inner: T, parts: Partial<T>): T {
  return new Proxy(inner, {
    get: (target, key) => Reflect.get(key in parts ? parts : target, key) as unknown,
  });
}
