import { rootId } from '@tidesync/shared/ids';
import { deviceSettingsChange } from '@tidesync/shared/wire/device-settings';
import * as engine from '@tidesync/shared/wire/engine';
import { deviceName, email, password } from '@tidesync/shared/wire/people';
import * as selected from '@tidesync/shared/wire/selection';
import { z } from 'zod';
import type { LocalContext } from './local-trpc.ts';
import { t } from './local-trpc.ts';
import { screenProcedures } from './screens-router.ts';
import { verifyEvents } from './verify-events.ts';

const path = z.string().min(1).max(8_192);
const folder = z.object({ path });
const done = z.object({});

const ask = t.procedure;
const folders = t.router({
  add: ask
    .input(engine.folderAddInput)
    .output(engine.folderAddOutput)
    .mutation(({ ctx, input }) => ctx.face.addFolder(input)),
  remove: ask
    .input(folder)
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.removeFolder(input.path))),
  move: ask
    .input(z.object({ from: path, to: path }))
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.moveFolder(input.from, input.to))),
  pause: ask
    .input(z.object({ path, untilMs: z.number().int().nullable() }))
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.pause(input.path, input.untilMs))),
  resume: ask
    .input(folder)
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.resume(input.path))),
  rescan: ask
    .input(folder)
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.rescan(input.path))),
  thresholds: ask
    .input(folder)
    .output(engine.deleteThresholds)
    .query(({ ctx, input }) => ctx.face.deleteThresholds(input.path)),
  setThresholds: ask
    .input(z.object({ path, thresholds: engine.deleteThresholds }))
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.setDeleteThresholds(input.path, input.thresholds))),
});

const device = t.router({
  change: ask
    .input(deviceSettingsChange)
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.changeDeviceSettings(input))),
  syncAnyway: ask.output(done).mutation(({ ctx }) => finished(ctx.face.syncAnyway())),
  lookAround: ask.output(done).mutation(({ ctx }) => finished(ctx.face.lookAround())),
});

const batch = z.object({ batchId: engine.heldBatchId });
const held = t.router({
  list: ask.output(z.array(engine.heldBatch)).query(({ ctx }) => ctx.face.heldBatches()),
  show: ask
    .input(batch)
    .output(engine.heldBatchPaths)
    .query(({ ctx, input }) => ctx.face.heldBatch(input.batchId)),
  approve: ask
    .input(batch)
    .output(engine.heldBatch)
    .mutation(({ ctx, input }) => ctx.face.approveHeld(input.batchId)),
  undo: ask
    .input(batch)
    .output(engine.heldBatch)
    .mutation(({ ctx, input }) => ctx.face.undoHeld(input.batchId)),
});

const conflicts = t.router({
  list: ask.output(z.array(engine.conflictView)).query(({ ctx }) => ctx.face.conflicts()),
  resolved: ask.output(z.array(engine.resolvedConflictView)).query(({ ctx }) => ctx.face.resolvedConflicts()),
  resolve: ask
    .input(engine.conflictResolveInput)
    .output(engine.resolvedConflictView)
    .mutation(({ ctx, input }) => ctx.face.resolveConflict(input)),
  undo: ask
    .input(z.object({ conflictId: engine.conflictId }))
    .output(engine.conflictView)
    .mutation(({ ctx, input }) => ctx.face.undoConflict(input.conflictId)),
});

const selection = t.router({
  tree: ask
    .input(selected.selectionTreeInput)
    .output(selected.selectionTree)
    .query(({ ctx, input }) => ctx.face.selectionTree(input.path)),
  exclude: ask
    .input(selected.selectionChangeInput)
    .output(selected.selectionChange)
    .mutation(({ ctx, input }) => ctx.face.exclude(input.path, input.dryRun)),
  include: ask
    .input(selected.selectionChangeInput)
    .output(selected.selectionChange)
    .mutation(({ ctx, input }) => ctx.face.include(input.path, input.dryRun)),
});

/** The engine's local API: every procedure is one call of `EngineFace`. */
export const localRouter = t.router({
  /** The only one that needs no token. */
  prove: ask
    .input(z.object({ nonce: z.string().regex(/^[0-9a-f]{32,128}$/) }))
    .output(z.object({ proof: z.string() }))
    .mutation(({ ctx, input }) => ({ proof: ctx.prove(input.nonce) })),
  status: ask.output(engine.engineStatus).query(({ ctx }) => ctx.face.status()),
  watch: ask.subscription(async function* ({ ctx, signal }) {
    for await (const status of ctx.face.watch(untilClosing(ctx, signal))) {
      yield engine.engineStatus.parse(status);
    }
  }),
  login: ask
    .input(z.object({ serverUrl: z.string().max(2_000), email, password, deviceName }))
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.login(input))),
  logout: ask.output(done).mutation(({ ctx }) => finished(ctx.face.logout())),
  folders,
  device,
  held,
  /** Says one thing, when it has come to rest; as a subscription it may take as long as it takes. */
  settle: ask.subscription(async function* ({ ctx, signal }) {
    const settled = await ctx.face.settle(untilClosing(ctx, signal));
    if (settled) yield { settled };
  }),
  /** Tells how far it is, and in the end what was found. */
  verify: ask.input(engine.verifyInput).subscription(async function* ({ ctx, input, signal }) {
    yield* verifyEvents(ctx.face, { ...input, signal: untilClosing(ctx, signal) });
  }),
  decideDamage: ask
    .input(engine.decideDamageInput)
    .output(done)
    .mutation(({ ctx, input }) => finished(ctx.face.decideDamage(input.path, input.take))),
  why: ask
    .input(folder)
    .output(engine.whyAnswer)
    .query(({ ctx, input }) => ctx.face.why(input.path)),
  list: ask
    .input(folder)
    .output(z.array(engine.listedEntry))
    .query(({ ctx, input }) => ctx.face.list(input.path)),
  troubles: ask
    .input(z.object({ rootId: rootId.nullable() }))
    .output(z.array(engine.pathTroubleView))
    .query(({ ctx, input }) => ctx.face.troubles(input.rootId)),
  activity: ask
    .input(z.object({ limit: z.number().int().min(1).max(10_000) }))
    .output(z.array(engine.activityView))
    .query(({ ctx, input }) => ctx.face.activity(input.limit)),
  conflicts,
  selection,
  ...screenProcedures,
  shutdown: ask.output(done).mutation(({ ctx }) => finished(ctx.face.shutdown())),
});
export type LocalRouter = typeof localRouter;

function untilClosing(context: LocalContext, signal: AbortSignal | undefined): AbortSignal {
  return AbortSignal.any(signal === undefined ? [context.closing] : [context.closing, signal]);
}

async function finished(work: Promise<void>): Promise<Record<string, never>> {
  await work;
  return {};
}
