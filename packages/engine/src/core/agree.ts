import type { Op } from '@tidesync/shared/wire/sync';
import type { BaseEntry, Body, LocalBody, LocalPresent, RemotePresent } from './entry.ts';
import { sameAttributes, sameContent, samePlace } from './entry.ts';

/**
 * The new base after a step: what local and remote have in common becomes base, respect by respect; where they
 * still differ the old base stays. Null if there is no old base and the content differs: they never agreed.
 */
export function agreeOn(
  base: BaseEntry | null,
  local: LocalPresent,
  remote: RemotePresent,
): BaseEntry | null {
  const contentAgreed = sameContent(local.body, remote.body);
  if (base === null && !contentAgreed) return null;
  const placeAgreed = samePlace(local, remote);
  const attributesAgreed = sameAttributes(local, remote);
  const old = base ?? firstBase(local, remote);
  const place = placeAgreed
    ? { parentId: remote.parentId, name: remote.name, localName: local.localName }
    : { parentId: old.parentId, name: old.name, localName: old.localName };
  return {
    ...place,
    body: withAttributesOf(
      contentAgreed ? remote.body : old.body,
      sameExecutable(local.body, remote.body) ? remote.body : old.body,
    ),
    // By itself: a write takes its time along, but not the executable bit that was set with it.
    mtimeMs: local.mtimeMs === remote.mtimeMs ? remote.mtimeMs : old.mtimeMs,
    versions: {
      contentSeq: contentAgreed ? remote.versions.contentSeq : old.versions.contentSeq,
      placeSeq: placeAgreed ? remote.versions.placeSeq : old.versions.placeSeq,
      attributesSeq: attributesAgreed ? remote.versions.attributesSeq : old.versions.attributesSeq,
    },
    stamp: contentAgreed ? local.stamp : old.stamp,
  };
}

/** Where two equal contents meet for the first time, place and attributes count as remote's: local moves. */
function firstBase(local: LocalPresent, remote: RemotePresent): BaseEntry {
  const { parentId, name, body, mtimeMs, versions } = remote;
  return { parentId, name, localName: name, body, mtimeMs, versions, stamp: local.stamp };
}

function sameExecutable(a: LocalBody, b: LocalBody): boolean {
  return a.kind === 'file' && b.kind === 'file' && a.executable === b.executable;
}

function withAttributesOf(body: Body, attributes: Body): Body {
  if (body.kind !== 'file' || attributes.kind !== 'file') return body;
  return { ...body, executable: attributes.executable };
}

/**
 * The local state to agree on after an operation of ours was applied: as it was when the commit left, at the place
 * the operation named (a parked move names one of its own). Whatever changed on the disk since then stays a change
 * of ours, so our own commit never looks like someone else's.
 */
export function localAsSaid(op: Op, sent: LocalPresent): LocalPresent {
  if (op.op !== 'move') return sent;
  const { parentId, name } = op;
  return samePlace(sent, op) ? sent : { ...sent, parentId, name, localName: name };
}
