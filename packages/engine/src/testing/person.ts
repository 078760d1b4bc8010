import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { LocalBody, LocalPresent, Place } from '../core/entry.ts';
import { TOP_ID } from './memory-trees.ts';
import type { NaiveDevice } from './naive-device.ts';

/** One thing a person does, in numbers that are taken modulo what is there, so that any list of them is runnable. */
export interface Deed {
  readonly deed:
    | 'makeFile'
    | 'makeFolder'
    | 'makeSymlink'
    | 'edit'
    | 'remove'
    | 'move'
    | 'rename'
    | 'swap'
    | 'chmod'
    | 'touch'
    | 'replace';
  readonly which: number;
  readonly where: number;
  readonly name: number;
}

/** Which contents people wrote, and which of them a person replaced or removed; no other may ever be missing. */
export class Ledger {
  readonly #written = new Set<ContentId>();
  readonly #ended = new Set<ContentId>();
  readonly #successors = new Map<ContentId, ContentId>();
  #count = 0;

  write(): ContentId {
    this.#count += 1;
    const contentId = `content-${this.#count}` as ContentId;
    this.#written.add(contentId);
    return contentId;
  }
  end(contentId: ContentId): void {
    this.#ended.add(contentId);
  }
  replace(old: ContentId, by: ContentId): void {
    this.#ended.add(old);
    this.#successors.set(old, by);
  }
  /** True if a person wrote over it, and what was written last is still owed. */
  hasLivingSuccessor(contentId: ContentId): boolean {
    let last = contentId;
    for (let next = this.#successors.get(last); next !== undefined; next = this.#successors.get(last))
      last = next;
    return last !== contentId && !this.#ended.has(last);
  }
  owed(): ContentId[] {
    return [...this.#written].filter((contentId) => !this.#ended.has(contentId));
  }
}

/** A person at one device: works on its local tree and on nothing else. */
export class Person {
  readonly #device: NaiveDevice;
  readonly #ledger: Ledger;
  readonly #names: readonly string[];
  #now = 1_000;

  constructor(device: NaiveDevice, ledger: Ledger, names: readonly string[]) {
    this.#device = device;
    this.#ledger = ledger;
    this.#names = names;
  }

  /** Does nothing where the deed has no object (no file to edit, the name taken). */
  do({ deed, which, where, name }: Deed): void {
    this.#now += 1;
    const place: Place = { parentId: this.#folder(where), name: this.#name(name) };
    if (deed === 'makeFile') this.#make(place, 'file');
    else if (deed === 'makeFolder') this.#make(place, 'folder');
    else if (deed === 'makeSymlink') this.#make(place, 'symlink');
    else if (deed === 'chmod' || deed === 'touch') this.#doToFile(deed, which);
    else this.#doToOne({ deed, which, where, name }, place);
  }

  #doToFile(deed: 'chmod' | 'touch', which: number): void {
    const file = this.#pick(which, (local) => local.body.kind === 'file');
    if (file === null) return;
    if (deed === 'chmod') this.#chmod(file);
    else this.#touch(file);
  }

  #doToOne({ deed, which, where }: Deed, place: Place): void {
    const target = this.#pick(which, () => true);
    if (target === null) return;
    if (deed === 'edit') this.#edit(target);
    else if (deed === 'remove') this.#remove(target);
    else if (deed === 'move') this.#move(target, place);
    else if (deed === 'rename') this.#move(target, { ...this.#local(target), name: place.name });
    else if (deed === 'swap') this.#swap(target, this.#pick(where, () => true) ?? target);
    else this.#replace(target);
  }

  #name(index: number): EntryName {
    return this.#names[index % this.#names.length] as EntryName;
  }

  #here(): EntryId[] {
    const { trees } = this.#device;
    return trees.ids().filter((id) => trees.get(id).local.is === 'present');
  }
  #folder(index: number): EntryId {
    const { trees } = this.#device;
    const folders = this.#here().filter((id) => {
      const { local } = trees.get(id);
      return local.is === 'present' && local.body.kind === 'folder';
    });
    const all = [TOP_ID, ...folders];
    return all[index % all.length] as EntryId;
  }
  #pick(index: number, wanted: (local: LocalPresent) => boolean): EntryId | null {
    const found = this.#here().filter((id) => wanted(this.#local(id)));
    return found.length === 0 ? null : (found[index % found.length] as EntryId);
  }
  #local(id: EntryId): LocalPresent {
    const { local } = this.#device.trees.get(id);
    if (local.is === 'absent') throw new Error(`${id} is not here`);
    return local;
  }
  #set(id: EntryId, local: LocalPresent): void {
    this.#device.trees.set(id, { ...this.#device.trees.get(id), local });
  }

  #make(place: Place, kind: LocalBody['kind']): void {
    if (this.#device.holdsName(place, null)) return;
    const id = this.#device.freshId();
    let body: LocalBody = { kind: 'folder' };
    if (kind === 'symlink') body = { kind: 'symlink', target: `target-${this.#now}` };
    if (kind === 'file') {
      this.#device.unread.set(id, this.#ledger.write());
      body = { kind: 'file', contentId: null, sizeBytes: 1, executable: false };
    }
    const stamp = this.#device.freshStamp();
    this.#set(id, { is: 'present', ...place, localName: place.name, body, mtimeMs: this.#now, stamp });
  }

  #edit(id: EntryId): void {
    const local = this.#local(id);
    const stamp = { ...local.stamp, ctimeNs: this.#device.freshStamp().ctimeNs };
    if (local.body.kind === 'symlink')
      this.#set(id, { ...local, stamp, body: { kind: 'symlink', target: `target-${this.#now}` } });
    if (local.body.kind !== 'file') return;
    const written = this.#ledger.write();
    for (const old of this.#contents(id)) this.#ledger.replace(old, written);
    this.#device.unread.set(id, written);
    this.#set(id, { ...local, stamp, mtimeMs: this.#now, body: { ...local.body, contentId: null } });
  }

  /** What the file holds, read or not. */
  #contents(id: EntryId): ContentId[] {
    const { body } = this.#local(id);
    const known = body.kind === 'file' ? body.contentId : null;
    return [known, this.#device.unread.get(id)].filter((found) => found !== null && found !== undefined);
  }

  #remove(id: EntryId): void {
    const { trees } = this.#device;
    for (const child of trees.localChildren(id)) this.#remove(child);
    for (const content of this.#contents(id)) this.#ledger.end(content);
    this.#device.unread.delete(id);
    trees.set(id, { ...trees.get(id), local: { is: 'absent', confirmed: false } });
    const { base, remote } = trees.get(id);
    if (base === null && remote.is === 'absent')
      trees.set(id, { base, remote, local: { is: 'absent', confirmed: true } });
  }

  #move(id: EntryId, place: Place): void {
    if (this.#device.holdsName(place, id) || this.#isWithin(place.parentId, id)) return;
    const local = this.#local(id);
    this.#set(id, { ...local, parentId: place.parentId, name: place.name, localName: place.name });
  }

  #isWithin(inner: EntryId, outer: EntryId): boolean {
    for (let at = inner; at !== TOP_ID; at = this.#local(at).parentId) if (at === outer) return true;
    return false;
  }

  /** Two entries exchange their places, as `mv a tmp; mv b a; mv tmp b` does between two scans. */
  #swap(one: EntryId, other: EntryId): void {
    if (this.#isWithin(one, other) || this.#isWithin(other, one)) return;
    const a = this.#local(one);
    const b = this.#local(other);
    this.#set(one, { ...a, parentId: b.parentId, name: b.name, localName: b.localName });
    this.#set(other, { ...b, parentId: a.parentId, name: a.name, localName: a.localName });
  }

  #chmod(id: EntryId): void {
    const local = this.#local(id);
    if (local.body.kind !== 'file') return;
    this.#set(id, { ...local, body: { ...local.body, executable: !local.body.executable } });
  }
  #touch(id: EntryId): void {
    this.#set(id, { ...this.#local(id), mtimeMs: this.#now });
  }

  /** Another kind under the same name: a scan sees the old entry gone and a new one in its place. */
  #replace(id: EntryId): void {
    const { parentId, name, body } = this.#local(id);
    this.#remove(id);
    this.#make({ parentId, name }, body.kind === 'file' ? 'folder' : 'file');
  }
}
