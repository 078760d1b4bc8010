import type { ContentId, EntryId } from '@tidesync/shared/ids';
import type { EntryName } from '@tidesync/shared/names';
import type { Op } from '@tidesync/shared/wire/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TreeLiteral } from '../testing/tree-literals.ts';
import { file, folder, link, treesOf } from '../testing/tree-literals.ts';
import { agreeOn, localAsSaid } from './agree.ts';
import type { Aspect, Decision } from './decide.ts';
import { decide } from './decide.ts';
import type { BaseEntry, LocalPresent, LocalState, RemotePresent, RemoteState, Triple } from './entry.ts';
import { LOCAL_ABSENT, NOWHERE, REMOTE_ABSENT, remoteOfBase } from './entry.ts';

function triple(base: TreeLiteral, local: TreeLiteral, remote: TreeLiteral): Triple {
  return treesOf({ base, local, remote }).get('a' as EntryId);
}
const a = (content: string | null) => ({ a: file(content) });
const merge = (place: Aspect, content: Aspect, attributes: Aspect): Decision => ({
  is: 'merge',
  place,
  content,
  attributes,
});

const FIRST = { contentSeq: 1, placeSeq: 1, attributesSeq: 1 };
const SECOND = { contentSeq: 2, placeSeq: 2, attributesSeq: 2 };
const small = (prefix: string) => fc.constantFrom(`${prefix}1`, `${prefix}2`, `${prefix}3`);
const look = fc.record({
  parentId: small('p') as fc.Arbitrary<string> as fc.Arbitrary<EntryId>,
  name: small('n') as fc.Arbitrary<string> as fc.Arbitrary<EntryName>,
  contentId: small('c') as fc.Arbitrary<string> as fc.Arbitrary<ContentId>,
  executable: fc.boolean(),
  mtimeMs: fc.nat({ max: 2 }),
});
type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

const stamp = { inode: '1', birthtimeNs: '1', sizeBytes: 1, mtimeNs: '1', ctimeNs: '1' };
const bodyOf = ({ contentId, executable }: Look) =>
  ({ kind: 'file', contentId, sizeBytes: 1, executable }) as const;
function baseOf(seen: Look): BaseEntry {
  const { parentId, name, mtimeMs } = seen;
  return { parentId, name, localName: name, body: bodyOf(seen), mtimeMs, versions: FIRST, stamp };
}
function localOf(seen: Look): LocalPresent {
  const { parentId, name, mtimeMs } = seen;
  const changed = { ...stamp, ctimeNs: '2' };
  return { is: 'present', parentId, name, localName: name, body: bodyOf(seen), mtimeMs, stamp: changed };
}
function remoteOf(seen: Look): RemotePresent {
  const { parentId, name, mtimeMs } = seen;
  return { is: 'present', parentId, name, body: bodyOf(seen), mtimeMs, versions: SECOND };
}
const anyBase = fc.option(look.map(baseOf), { nil: null });
const anySide = fc.option(look, { nil: null });

function decideSides(base: BaseEntry | null, here: Look | null, there: Look | null): Decision {
  const local: LocalState = here === null ? LOCAL_ABSENT : localOf(here);
  const remote: RemoteState = there === null ? REMOTE_ABSENT : remoteOf(there);
  return decide({ base, local, remote });
}

const mirrored: Record<string, string> = {
  makeHere: 'makeThere',
  makeThere: 'makeHere',
  deleteHere: 'deleteThere',
  deleteThere: 'deleteHere',
};

/** Where both changed, remote's place and attributes stand, whichever side is remote. */
function mirrorsOf(aspect: Aspect): Aspect[] {
  if (aspect === 'pull') return ['push', 'pull'];
  return aspect === 'push' ? ['pull'] : [aspect];
}

test('[S6] [S7] [S10] [S11] swapped sides mirror the decision, but for what remote wins by rule', () => {
  return fc.assert(
    fc.property(anyBase, anySide, anySide, (base, one, other) => {
      const decision = decideSides(base, one, other);
      const mirror = decideSides(base, other, one);
      if (decision.is !== 'merge' || mirror.is !== 'merge') {
        expect(mirror.is).toBe(mirrored[decision.is] ?? decision.is);
        return;
      }
      for (const respect of ['place', 'content', 'attributes'] as const)
        expect(mirrorsOf(decision[respect])).toContain(mirror[respect]);
      expect([decision.content, mirror.content]).not.toEqual(['pull', 'pull']);
    }),
  );
});

test('[S23] an agreement takes over each respect that is equal, and leaves the others as they were', () => {
  return fc.assert(
    fc.property(look, look, look, (was, here, there) => {
      const base = baseOf(was);
      const local = localOf(here);
      const remote = remoteOf(there);
      const agreed = agreeOn(base, local, remote) as BaseEntry;
      const [now, before] = [decideSides(agreed, here, there), decideSides(base, here, there)];
      if (now.is !== 'merge' || before.is !== 'merge') return;
      for (const respect of ['place', 'content'] as const) {
        const equal = before[respect] === 'same' || before[respect] === 'agree';
        expect(now[respect]).toBe(equal ? 'same' : before[respect]);
      }
      // Time and executable bit each by itself.
      expect(agreed.mtimeMs).toBe(here.mtimeMs === there.mtimeMs ? there.mtimeMs : was.mtimeMs);
      expect(agreed.body).toMatchObject({
        executable: here.executable === there.executable ? there.executable : was.executable,
      });
      expect(agreed.stamp).toBe(here.contentId === there.contentId ? local.stamp : base.stamp);
    }),
  );
});

test('[S23] without a base only equal content makes one', () => {
  return fc.assert(
    fc.property(look, look, (here, there) => {
      const agreed = agreeOn(null, localOf(here), remoteOf(there));
      if (here.contentId !== there.contentId) expect(agreed).toBeNull();
      else
        expect(agreed).toMatchObject({ parentId: there.parentId, name: there.name, mtimeMs: there.mtimeMs });
    }),
  );
});

const moved = (name: string): Op => ({
  op: 'move',
  entryId: 'a' as EntryId,
  basePlaceSeq: 1,
  parentId: 'p1' as EntryId,
  name: name as EntryName,
});
const at = (name: string, contentId = 'c1'): Look => ({
  parentId: 'p1' as EntryId,
  name: name as EntryName,
  contentId: contentId as ContentId,
  executable: false,
  mtimeMs: 0,
});

test('[S24] an edit after a commit left is a change of ours, no conflict', () => {
  const sent = localOf(at('n1', 'c2'));
  const applied = remoteOf(at('n1', 'c2'));
  const op: Op = {
    op: 'write',
    entryId: 'a' as EntryId,
    baseContentSeq: 1,
    contentId: 'c2' as ContentId,
    mtimeMs: 0,
  };
  const base = agreeOn(baseOf(at('n1', 'c1')), localAsSaid(op, sent), applied);
  expect(decide({ base, local: localOf(at('n1', 'c3')), remote: applied })).toEqual(
    merge('same', 'push', 'same'),
  );
});

test('[S24] an executable bit that was set with an edit is pushed after it, not taken back', () => {
  const op: Op = {
    op: 'write',
    entryId: 'a' as EntryId,
    baseContentSeq: 1,
    contentId: 'c2' as ContentId,
    mtimeMs: 2,
  };
  const local = localOf({ ...at('n1', 'c2'), executable: true, mtimeMs: 2 });
  const applied = remoteOf({ ...at('n1', 'c2'), mtimeMs: 2 });
  const base = agreeOn(baseOf(at('n1', 'c1')), localAsSaid(op, local), applied);
  expect(decide({ base, local, remote: applied })).toEqual(merge('same', 'same', 'push'));
});

test('[S24] what our commit parked is pushed on to its place, not pulled to its parking', () => {
  const sent = localOf(at('n2'));
  const parked = remoteOf(at('parked'));
  const base = agreeOn(baseOf(at('n1')), localAsSaid(moved('parked'), sent), parked);
  expect(decide({ base, local: sent, remote: parked })).toEqual(merge('push', 'same', 'same'));
});

test('[S24] a commit that was not applied leaves base as it was, and is decided again', () => {
  const base = baseOf(at('n1', 'c1'));
  const local = localOf(at('n1', 'c2'));
  expect(decide({ base, local, remote: remoteOfBase(base) })).toEqual(merge('same', 'push', 'same'));
});

test.each<[string, Triple, Decision]>([
  ['[S1] an entry of no tree is settled', NOWHERE, { is: 'settled' }],
  ['[S1] what is the same everywhere is settled', triple(a('1'), a('1'), a('1')), { is: 'settled' }],
  ['[S3] gone on both sides is forgotten', triple(a('1'), {}, {}), { is: 'forget' }],
  [
    '[S12] equal content, never synced, at another time',
    {
      base: null,
      local: localOf({ ...at('n1'), mtimeMs: 1 }),
      remote: remoteOf({ ...at('n1'), mtimeMs: 2 }),
    },
    merge('agree', 'agree', 'pull'),
  ],
  [
    '[S3] an absence of what was never synced is forgotten',
    { ...NOWHERE, local: { is: 'absent', confirmed: false } },
    { is: 'forget' },
  ],
  ['[S2] both edited to the same', triple(a('1'), a('2'), a('2')), merge('same', 'agree', 'same')],
  ['[S6] only remote edited', triple(a('1'), a('1'), a('2')), merge('same', 'pull', 'same')],
  ['[S7] only local edited', triple(a('1'), a('2'), a('1')), merge('same', 'push', 'same')],
  [
    '[S7] each respect goes its own way',
    triple(a('1'), { b: file('1', { id: 'a' }) }, { a: file('2', { executable: true }) }),
    merge('push', 'pull', 'pull'),
  ],
  ['[S8] both edited', triple(a('1'), a('2'), a('3')), merge('same', 'conflict', 'same')],
  [
    '[S9] both moved',
    triple(a('1'), { b: file('1', { id: 'a' }) }, { c: file('1', { id: 'a' }) }),
    merge('pull', 'same', 'same'),
  ],
  [
    '[S9] both set the time',
    triple(a('1'), { a: file('1', { mtimeMs: 1 }) }, { a: file('1', { mtimeMs: 2 }) }),
    merge('same', 'same', 'pull'),
  ],
  ['[S10] deleted there', triple(a('1'), a('1'), {}), { is: 'deleteHere' }],
  ['[S10] deleted here', triple(a('1'), {}, a('1')), { is: 'deleteThere' }],
  ['[S11] deleted there, edited here', triple(a('1'), a('2'), {}), { is: 'makeThere', why: 'outlived' }],
  ['[S11] deleted here, edited there', triple(a('1'), {}, a('2')), { is: 'makeHere', why: 'outlived' }],
  ['[S15] seen absent once', triple(a('1'), { a: null }, a('1')), { is: 'prove' }],
  ['[S17] not read yet', triple(a('1'), a(null), a('2')), { is: 'read' }],
  [
    '[S17] folders and links need no reading',
    triple({ a: link('x') }, { a: link('y') }, { a: link('x') }),
    merge('same', 'push', 'same'),
  ],
  [
    '[S21] a folder has no content to differ in',
    triple({ a: folder() }, { a: folder() }, { b: folder('a') }),
    merge('pull', 'same', 'same'),
  ],
])('%s', (_, given, decision) => {
  expect(decide(given)).toEqual(decision);
});
