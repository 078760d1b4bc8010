import type { DiskFault } from '@tidesync/engine/ports/disk';
import type { Jitter } from './scheduler.ts';

/** `mac` and `windows` do not tell case apart; `mac` keeps either Unicode form, `hfs` stores the long one. */
export type DiskKind = 'linux' | 'fat' | 'mac' | 'hfs' | 'windows';

/** A device and the disk it has. Devices of one member see the same libraries. */
export interface DevicePlan {
  readonly member: number;
  readonly library: number;
  readonly disk: DiskKind;
}

/**
 * One thing that a person does. `which`, `to` and `name` are taken modulo what is there, so that any part of a list
 * of deeds can be done.
 */
export interface DeedPlan {
  readonly device: number;
  readonly deed: Deed;
  readonly which: number;
  readonly to: number;
  readonly name: number;
  /** Comes so many steps of the world after the last one of this person, or after so long, whichever is first. */
  readonly afterSteps: number;
  readonly afterMs: number;
}

export const deeds = [
  'write',
  'truncate',
  'append',
  'saveByRename',
  'delete',
  'moveFile',
  'moveFolder',
  'swapNames',
  'caseRename',
  'chmod',
  'makeFolder',
  'deleteTree',
  'makeSymlink',
  'large',
  'remake',
  'oddName',
  'ignore',
  'wrap',
  'bring',
  'stock',
  'writeOpen',
  'carryOff',
  'bringBack',
  'bringBackOne',
  'keepOpen',
  'link',
  'nest',
  'swapByHand',
  'shut',
  'touch',
  'saveWithOldTime',
] as const;
/** What people ask their engine for. */
export const askedDeeds = ['leaveOut', 'takeIn', 'answer', 'answerAll', 'takeBack', 'judge'] as const;
export type AskedDeed = (typeof askedDeeds)[number];
/** What a person does on the disk. */
export type OwnDeed = (typeof deeds)[number];
export type Deed = OwnDeed | AskedDeed;

export function isAsked(deed: Deed): deed is AskedDeed {
  return (askedDeeds as readonly Deed[]).includes(deed);
}

/**
 * `own`: only calls about the engine's own files count, as when it takes something aside or puts it in its place. Of
 * these, `aside`: those about what lies aside; `half`: a move takes the old name there; `old`: that goes; `back`: what
 * lies there gets a name; `place`: a new file gets one.
 */
export type WhichCalls = 'any' | 'own' | 'aside' | 'half' | 'old' | 'back' | 'place';

/** `glimpse`: makes a file where there is none and removes it soon after, as programs do that try whether they may. */
export type MeddleDeed = 'save' | 'overwrite' | 'delete' | 'make' | 'glimpse';

/** What goes wrong, and when: at the n-th call of its kind, or at a step of the world. */
export type Fault =
  /** The process is gone before its n-th call to the world; `power`: the machine is, and the disk keeps less. */
  | {
      readonly kind: 'crash';
      readonly device: number;
      readonly at: WhichCalls;
      readonly nth: number;
      readonly downMs: number;
      readonly power: 'kept' | 'ordered' | 'strict';
    }
  /**
   * Just before the engine's n-th call about something of a person's, that person works on this very thing. `at`: which
   * calls count. `change`: those that change names or attributes, and the look after one; `read`: those of open files.
   */
  | {
      readonly kind: 'meddle';
      readonly device: number;
      readonly nth: number;
      readonly at: 'any' | 'change' | 'read';
      readonly how: MeddleDeed;
    }
  /** The engine is ended in order, and started again. */
  | { readonly kind: 'quit'; readonly device: number; readonly atStep: number; readonly downMs: number }
  /** The same, and meanwhile its journal becomes what it was at an earlier step; null: it is gone. */
  | {
      readonly kind: 'journal';
      readonly device: number;
      readonly savedAtStep: number | null;
      readonly atStep: number;
      readonly downMs: number;
    }
  | {
      readonly kind: 'request';
      readonly device: number;
      /** `commit`: only requests that send one count; default: all do. */
      readonly at?: 'commit';
      readonly nth: number;
      readonly how: 'lost' | 'late' | 'answerLost' | 'twice' | 'slow';
      readonly ms: number;
    }
  | {
      readonly kind: 'object';
      readonly device: number;
      readonly nth: number;
      readonly how: 'lost' | 'answerLost' | 'cut' | 'spoilt' | 'refused' | 'slow';
      readonly ms: number;
    }
  | { readonly kind: 'partition'; readonly device: number; readonly atStep: number; readonly forMs: number }
  | {
      readonly kind: 'disk';
      readonly device: number;
      readonly at: WhichCalls;
      readonly nth: number;
      readonly times: number;
      readonly fault: DiskFault;
    }
  | {
      readonly kind: 'clock';
      readonly device: number;
      readonly atStep: number;
      readonly byMs: number;
    }
  | { readonly kind: 'serverClock'; readonly atStep: number; readonly byMs: number }
  | {
      readonly kind: 'hint';
      readonly device: number;
      readonly nth: number;
      readonly how: 'lost' | 'twice' | 'late';
    }
  | {
      readonly kind: 'bell';
      readonly device: number;
      readonly nth: number;
      readonly how: 'lost' | 'twice' | 'late';
    }
  /** The server is gone before its n-th step, and back after a while. */
  | { readonly kind: 'server'; readonly nth: number; readonly downMs: number }
  | {
      readonly kind: 'database';
      readonly nth: number;
      readonly how: 'busy' | 'away' | 'commitLost' | 'commitLostApplied';
    }
  /** The server's database is put back to what it was at an earlier step. */
  | { readonly kind: 'restore'; readonly savedAtStep: number; readonly atStep: number }
  /** The server is started anew with another policy for files; null: no bound of ours, any ending. */
  | {
      readonly kind: 'policy';
      readonly atStep: number;
      readonly fileBytesMax: number | null;
      readonly allowedExtensions: readonly string[] | null;
    }
  /** The folder is away or another one, for a while: pulled out, in front of an empty one, or not to be written to. */
  | {
      readonly kind: 'root';
      readonly device: number;
      readonly atStep: number;
      readonly how: 'away' | 'empty' | 'forged' | 'file' | 'readOnly';
      readonly forMs: number;
    }
  /** Another volume is mounted over a folder of a person's, by its number, and programs write there. */
  | {
      readonly kind: 'mount';
      readonly device: number;
      readonly atStep: number;
      readonly which: number;
      readonly forMs: number;
    }
  /** A folder of a person's, by its number, that cannot be listed for a while. */
  | {
      readonly kind: 'unlistable';
      readonly device: number;
      readonly atStep: number;
      readonly which: number;
      readonly how: 'denied' | 'io';
      readonly forMs: number;
    }
  /** A program asks with the token of a device for what must be refused. */
  | {
      readonly kind: 'rude';
      readonly device: number;
      readonly atStep: number;
      readonly how: RudeDeed;
      readonly which: number;
    }
  /** The server does what it does on its own, after its clock went on by that much. `collects`: garbage, too. */
  | { readonly kind: 'jobs'; readonly atStep: number; readonly laterMs: number; readonly collects?: true };

export const rudeDeeds = [
  'staleWrite',
  'staleMove',
  'staleAttributes',
  'staleDelete',
  'deleteFull',
  'takeName',
  'moveIntoItself',
  'unstaged',
  'sealEarly',
  'nested',
] as const;
/** `nested` alone is well-behaved: operations that rest on the ones before them, with one in between that is refused. */
export type RudeDeed = (typeof rudeDeeds)[number];

/** All that a run is made of: plain data, so that it can be cut down and kept. */
export interface Scenario {
  readonly seed: number;
  readonly members: number;
  readonly libraries: number;
  readonly devices: readonly DevicePlan[];
  readonly jitter: Jitter;
  readonly deeds: readonly DeedPlan[];
  readonly faults: readonly Fault[];
  /** What the owner may store until all is well; null: as much as anyone. */
  readonly quotaBytes: number | null;
  /** Members, from the second on, who may only read until all is well. */
  readonly viewers: number;
  /** From how many files on deletes of a device wait for a yes; left out: as devices are when they are new. */
  readonly heldFrom?: number;
}
