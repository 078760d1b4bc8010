import Sqlite from 'better-sqlite3';

interface Statement {
  readonly reader: boolean;
  raw(isRaw: boolean): Statement;
  pluck(isPlucked: boolean): Statement;
}
type Prepare = (this: object, source: string) => Statement;

/**
 * Lets every connection of this process keep the statements it has prepared. The queries of the server prepare theirs
 * anew each time, which is most of what a simulated world would cost; what a statement does is the same.
 */
export function keepStatements(): void {
  const prototype = Sqlite.prototype as unknown as { prepare: Prepare };
  const { prepare } = prototype;
  const kept = new WeakMap<object, Map<string, Statement>>();
  prototype.prepare = function prepareOnce(source) {
    let own = kept.get(this);
    if (own === undefined) {
      own = new Map();
      kept.set(this, own);
    }
    const known = own.get(source);
    if (known !== undefined) return known.reader ? known.raw(false).pluck(false) : known;
    const statement = prepare.call(this, source);
    own.set(source, statement);
    return statement;
  };
}
