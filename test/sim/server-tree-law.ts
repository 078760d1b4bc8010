import type { ServerDatabase } from './server-database.ts';
import { TreeLaw } from './tree-law.ts';

interface Head {
  readonly library: string;
  readonly head: number;
}
interface Row {
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  readonly kind: string;
}
const HEADS = 'SELECT lower(hex(id)) AS library, head_seq AS head FROM libraries';
const LIVE = `SELECT lower(hex(entry_id)) AS id, lower(hex(parent_id)) AS parentId, CAST(name AS TEXT) AS name, kind
  FROM entries WHERE lower(hex(library_id)) = ? AND deleted_seq IS NULL`;

/** I10 in the server's own trees: looked at whole, after each transaction that has moved a library's head. */
export class ServerTreeLaw {
  readonly #database: ServerDatabase;
  readonly #known = new Map<string, number>();

  constructor(database: ServerDatabase) {
    this.#database = database;
  }

  check(): void {
    for (const { library, head } of this.#database.rows<Head>(HEADS)) {
      if (this.#known.get(library) === head) continue;
      this.#known.set(library, head);
      // The top folder has the id of its library.
      const law = new TreeLaw(`the server's tree of ${library}`, library);
      for (const { id, parentId, name, kind } of this.#database.rows<Row>(LIVE, library))
        law.put(id, { parentId, name, isFolder: kind === 'folder' });
      law.check();
    }
  }
}
