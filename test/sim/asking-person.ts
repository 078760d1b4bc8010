import { shownPathOf } from '@tidesync/engine/core/path-of';
import { contentOf } from '@tidesync/engine/shell/push';
import type { RelPath } from '@tidesync/shared/names';
import { isFailure } from '@tidesync/shared/problems';
import type { ConflictAnswer } from '@tidesync/shared/wire/engine';
import type { DeviceFace } from './device-face.ts';
import { shortened } from './disk-guards.ts';
import { everything } from './disk-texts.ts';
import { isOfTheGone } from './gate.ts';
import type { ShownDelete } from './held-proof.ts';
import type { AskedDeed, DeedPlan } from './scenario.ts';
import { contentIdFor, liveContents } from './server-tree.ts';
import type { SimDevice } from './sim-device.ts';
import { Violation } from './violation.ts';

/** How often a person who waits for the engine looks whether it has answered, and for how long. */
const LOOK_EVERY_MS = 50;
const LOOKS_MAX = 400;
const SOON_LOOKS_MAX = 80;
type ConflictView = ReturnType<DeviceFace['conflicts']>[number];
type Keep = ConflictAnswer['keep'];
interface Judgement {
  readonly batchId: string;
  readonly deletes: readonly ShownDelete[];
  readonly isYes: boolean;
}

/** What a person asks the engine of a device for, and what is owed to that person from then on. */
export class AskingPerson {
  readonly #device: SimDevice;

  constructor(device: SimDevice) {
    this.#device = device;
  }

  /** Waits for the answer or goes on without it, as the plan says. */
  async do(plan: DeedPlan): Promise<void> {
    await this.ask(plan.deed, plan.name % 4 > 0, (face) => this.#deeds[plan.deed as AskedDeed](face, plan));
  }

  async ask(what: string, waits: boolean, work: (face: DeviceFace) => Promise<void>): Promise<void> {
    const { face } = this.#device;
    if (face === null) return;
    let isOver = false;
    void work(face)
      .catch((error: unknown) => this.#failed(what, error))
      .finally(() => {
        isOver = true;
      });
    for (let looks = 0; waits && !isOver && !face.isGone && looks < LOOKS_MAX; looks++)
      await this.#wait(LOOK_EVERY_MS);
  }

  readonly #deeds: Readonly<Record<AskedDeed, (face: DeviceFace, plan: DeedPlan) => Promise<void>>> = {
    leaveOut: async (face, { which }) => {
      const here = face.folders().filter(({ state }) => state !== 'excluded');
      const one = here[which % Math.max(1, here.length)];
      if (one === undefined) return;
      this.#say(`leaves out ${one.path}`);
      const { is, unsynced } = await face.leaveOut(one.path as RelPath);
      this.#say(`is told that ${one.path} is ${is === 'done' ? 'left out' : `kept: ${unsynced.join(', ')}`}`);
    },
    takeIn: async (face, { which }) => {
      const out = face.folders().filter(({ state }) => state !== 'here');
      const one = out[which % Math.max(1, out.length)];
      if (one === undefined) return;
      this.#say(`takes in ${one.path}`);
      await face.takeIn(one.path as RelPath);
    },
    answer: async (face, { which, to }) => {
      const open = await this.#soon(() => face.conflicts());
      const one = open[which % Math.max(1, open.length)];
      if (one === undefined) return;
      if (to % 2 === 0) await this.#wait(to);
      await this.#settle(face, one, keeps[to % keeps.length] as Keep);
    },
    answerAll: async (face, { to }) => {
      for (const one of face.conflicts()) await this.#settle(face, one, keeps[to % keeps.length] as Keep);
    },
    takeBack: async (face, { which }) => {
      const settled = face.settledConflicts();
      const one = settled[which % Math.max(1, settled.length)];
      if (one === undefined) return;
      this.#say(`takes back ${one.kept} of ${one.path}`);
      await face.unsettle(one.conflictId);
      await this.#isBack(one.conflictId);
    },
    judge: async (face, { which, to }) => {
      const batches = await this.#soon(() => face.heldBatches());
      const one = batches[which % Math.max(1, batches.length)];
      if (one === undefined) return;
      const deletes = await this.#shownIn(face, one.batchId);
      if (to % 3 === 0) await this.#wait(to);
      await this.#judge(face, { batchId: one.batchId, deletes, isYes: to % 2 === 0 });
    },
  };

  /** The same answer for every batch that waits. */
  judgeAll(isYes: boolean): Promise<void> {
    return this.ask('judge', false, async (face) => {
      for (const { batchId } of await face.heldBatches())
        await this.#judge(face, { batchId, isYes, deletes: await this.#shownIn(face, batchId) });
    });
  }

  takeAllIn(): Promise<void> {
    return this.ask('takeIn', false, async (face) => {
      for (const { path } of face.folders()) await face.takeIn(path as RelPath);
    });
  }

  async #judge(face: DeviceFace, { batchId, deletes, isYes }: Judgement): Promise<void> {
    const { proofs, name, parts } = this.#device;
    this.#say(`says ${isYes ? 'yes' : 'no'} to ${batchId}, ${deletes.length} deletes`);
    if (!isYes) {
      const texts = this.#textsOf(deletes);
      await face.undo(batchId);
      proofs.held.undone(deletes);
      for (const text of texts) parts.ledger.wantedBack(text, name);
      return;
    }
    const fresh = proofs.held.approve(deletes);
    try {
      await face.approve(batchId);
      proofs.held.approved();
    } catch (error) {
      if (isFailure(error, 'batchMissing')) proofs.held.refused(fresh);
      throw error;
    }
  }

  /** What the batch holds as it is shown, in the versions of that moment. */
  async #shownIn(face: DeviceFace, batchId: string): Promise<ShownDelete[]> {
    const { paths } = await face.heldBatch(batchId);
    const { journal } = this.#device;
    const shown = new Set(paths);
    const deletes = journal.absentIds().flatMap((id) => {
      const { base, remote } = journal.get(id);
      const path = shownPathOf(journal, id);
      const isShown = shown.has(path) || shown.has(`${path}/`);
      return base !== null && remote.is === 'present' && isShown ? [{ id, ...remote.versions }] : [];
    });
    this.#device.proofs.held.shown(deletes);
    return deletes;
  }

  /** Of files that are deleted here and that the server has still, with what has been sent and was not answered. */
  #textsOf(deletes: readonly ShownDelete[]): string[] {
    const { journal, parts, record } = this.#device;
    const live = liveContents(parts.server.database, record.libraryId);
    const sent = new Map((journal.sent()?.ops ?? []).map(({ op }) => [op.entryId, contentOf(op)]));
    return deletes.flatMap(({ id }) => {
      const { remote } = journal.get(id);
      if (remote.is === 'absent' || remote.body.kind !== 'file') return [];
      const contentId = sent.get(id) ?? remote.body.contentId;
      return live.has(contentId) ? (this.#textOf(contentId) ?? []) : [];
    });
  }

  async #settle(face: DeviceFace, { conflictId, shown, mine, theirs, path }: ConflictView, keep: Keep) {
    const { ledger } = this.#device.parts;
    const loser = keep === 'mine' ? theirs : mine;
    const text =
      keep === 'both' || mine?.contentId === theirs?.contentId ? null : this.#textOf(loser?.contentId);
    this.#say(`keeps ${keep} of ${path}`);
    const choose = () => text !== null && ledger.chosenAway(text, this.#device.name);
    const isFirst = choose();
    if (isFirst) this.#away.set(conflictId, text ?? '');
    try {
      await face.settle({ conflictId, shown, keep });
    } catch (error) {
      // An answer that was given before may be the one that holds.
      if (isFirst && isFailure(error) && !isOfTheGone(error)) await this.#isBack(conflictId);
      throw error;
    }
    if (choose()) this.#away.set(conflictId, text ?? '');
    const kept = keep === 'both' ? null : this.#textOf((keep === 'mine' ? mine : theirs)?.contentId);
    if (kept !== null) await this.#isShown(kept, 'K3', `was kept of ${path}, and is not here`);
  }

  /** What was chosen away, by the conflict. */
  get #away(): Map<string, string> {
    return this.#device.chosenAway;
  }

  /** Nothing was done, or it is taken back: both versions are where people see them. */
  async #isBack(conflictId: string): Promise<void> {
    const text = this.#away.get(conflictId);
    this.#away.delete(conflictId);
    if (text === undefined || !this.#device.parts.ledger.chosenAgain(text, this.#device.name)) return;
    await this.#isShown(text, 'K6', 'was taken back, and is not here');
  }

  async #isShown(text: string, rule: string, what: string): Promise<void> {
    const { ledger, broken } = this.#device.parts;
    if (this.#device.isAway || this.#device.isOff || ledger.owed.get(text) !== 'inFile') return;
    const shown = await everything(this.#device.disk);
    // Its person may have written over it while we looked.
    if (ledger.owed.get(text) === 'inFile' && !shown.some((one) => one.text === text))
      broken(new Violation(rule, `${this.#device.name}: ${shortened(text)} ${what}`));
  }

  #textOf(contentId: string | null | undefined): string | null {
    if (contentId === null || contentId === undefined) return null;
    for (const text of this.#device.parts.ledger.known) if (contentIdFor(text) === contentId) return text;
    return null;
  }

  /** People hear of what they are asked, and look at it then. */
  async #soon<T>(look: () => readonly T[] | Promise<readonly T[]>): Promise<readonly T[]> {
    for (let looks = 0; looks < SOON_LOOKS_MAX; looks++) {
      const found = await look();
      if (found.length > 0) return found;
      await this.#wait(LOOK_EVERY_MS);
    }
    return [];
  }

  /** The engine says no, or went: both are answers. */
  #failed(what: string, error: unknown): void {
    if (isOfTheGone(error)) return;
    if (!isFailure(error)) this.#device.parts.broken(error);
    else this.#say(`could not ${what}: ${error.problem.reason}`);
  }

  async #wait(ms: number): Promise<void> {
    await this.#device.parts.scheduler.wait(ms, `${this.#device.name} person waits for the engine`);
  }
  #say(what: string): void {
    this.#device.parts.scheduler.note(`   ${this.#device.name} person ${what}`);
  }
}

const keeps: readonly Keep[] = ['mine', 'theirs', 'mine', 'theirs', 'both'];
