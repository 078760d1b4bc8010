import { Violation } from './violation.ts';

/** Where an entry is in one tree. */
export interface Node {
  readonly parentId: string;
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * One tree as its records make it, in memory, and what of it was touched since it was last a tree (I10): one parent
 * each, no ring, no orphan, no name twice, nothing left in what has gone.
 */
export class TreeLaw {
  readonly #tree: string;
  readonly #topId: string;
  readonly #nodes = new Map<string, Node>();
  readonly #children = new Map<string, Set<string>>();
  readonly #touched = new Set<string>();

  constructor(tree: string, topId: string) {
    this.#tree = tree;
    this.#topId = topId;
  }

  get nodes(): ReadonlyMap<string, Node> {
    return this.#nodes;
  }
  get isTouched(): boolean {
    return this.#touched.size > 0;
  }

  /** Null: it is not there any more. */
  put(id: string, node: Node | null): void {
    const before = this.#nodes.get(id) ?? null;
    if (isSame(before, node)) return;
    if (before !== null) this.#children.get(before.parentId)?.delete(id);
    if (node === null) this.#nodes.delete(id);
    else {
      this.#nodes.set(id, node);
      const among = this.#children.get(node.parentId);
      if (among === undefined) this.#children.set(node.parentId, new Set([id]));
      else among.add(id);
    }
    this.#touched.add(id);
  }

  /** What lies in the one lies in the other. */
  reparent(from: string, to: string): void {
    for (const id of [...(this.#children.get(from) ?? [])])
      this.put(id, { ...(this.#nodes.get(id) as Node), parentId: to });
  }

  /** Throws the first Violation among what was touched since the last time. */
  check(): void {
    for (const id of this.#touched) this.#checkOne(id);
    this.#touched.clear();
  }

  #checkOne(id: string): void {
    const node = this.#nodes.get(id);
    const [inside] = node?.isFolder === true || id === this.#topId ? [] : (this.#children.get(id) ?? []);
    if (inside !== undefined) {
      const name = this.#nodes.get(inside)?.name;
      throw this.#broken(`has ${name} (${inside}) in ${node === undefined ? 'no folder' : 'a file'}`);
    }
    if (node === undefined) return;
    for (const other of this.#children.get(node.parentId) ?? [])
      if (other !== id && this.#nodes.get(other)?.name === node.name)
        throw this.#broken(`has two entries named ${node.name} in one folder (${id}, ${other})`);
    this.#checkWay(id, node);
  }

  #checkWay(id: string, node: Node): void {
    let at = node;
    for (let depth = 0; at.parentId !== this.#topId; depth++) {
      const parent = this.#nodes.get(at.parentId);
      if (parent === undefined) throw this.#broken(`has ${node.name} (${id}) in no folder`);
      if (!parent.isFolder) throw this.#broken(`has ${node.name} (${id}) in a file`);
      if (depth > this.#nodes.size) throw this.#broken(`has a ring around ${node.name} (${id})`);
      at = parent;
    }
  }

  #broken(what: string): Violation {
    return new Violation('I10', `${this.#tree} ${what}`);
  }
}

export function isSame(one: Node | null, other: Node | null): boolean {
  if (one === null || other === null) return one === other;
  return one.parentId === other.parentId && one.name === other.name && one.isFolder === other.isFolder;
}
