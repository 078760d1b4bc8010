import { fail, isFailure } from '@tidesync/shared/problems';
import type { Doorbell } from '@tidesync/shared/wire/sync';
import { changesListInput, changesListOutput, doorbell } from '@tidesync/shared/wire/sync';
import { confirmListener } from '../../use-cases/auth/authenticate.ts';
import type { Caller } from '../../use-cases/caller.ts';
import { listChanges } from '../../use-cases/changes/list-changes.ts';
import { watchLibraries } from '../../use-cases/changes/watch-libraries.ts';
import type { RequestContext } from '../trpc.ts';
import { procedure, router } from '../trpc.ts';

export const changesRouter = router({
  list: procedure
    .input(changesListInput)
    .output(changesListOutput)
    .query(({ ctx, input }) => listChanges(ctx.ports, ctx.caller, input)),
  watch: procedure.subscription(({ ctx, signal }) => watchWhileSignedIn(ctx, ctx.caller, signal)),
});

/**
 * The caller's doorbells until the client goes away, or until the device may no longer listen: that is looked up
 * before each bell, when its access may have changed, and every few seconds without any word. With a token that was
 * replaced it ends without an error, and the client comes back with the other one.
 * Errors: as `authenticate`; `tooManyTries` for a device with many open watches.
 */
async function* watchWhileSignedIn(
  ctx: RequestContext,
  caller: Caller,
  clientGone: AbortSignal | undefined,
): AsyncGenerator<Doorbell, void> {
  const { watches } = ctx;
  if (!watches.open(caller.deviceId)) fail({ reason: 'tooManyTries', retryAfterMs: watches.recheckMs });
  const ended = new AbortController();
  const end = () => ended.abort();
  clientGone?.addEventListener('abort', end, { once: true });
  if (clientGone?.aborted) end();
  let refusal: unknown = null;
  let rechecking = false;
  const confirm = async () => {
    if ((await confirmListener(ctx.ports, ctx.token)) === 'outdated') end();
  };
  const recheck = async () => {
    // A database that is slow is asked less often, not more.
    if (rechecking) return;
    rechecking = true;
    try {
      await confirm();
    } catch (error) {
      // Whether it may listen will be known later; all devices at once, coming back, would be no help.
      if (isFailure(error, 'busy', 'databaseUnavailable')) return;
      refusal = error;
      end();
    } finally {
      rechecking = false;
    }
  };
  const timer = setInterval(() => void recheck(), watches.recheckMs);
  try {
    for await (const bell of watchLibraries(ctx.ports, { caller, confirm }, ended.signal)) {
      await confirm();
      if (ended.signal.aborted) break;
      yield doorbell.parse(bell);
    }
    if (refusal !== null) throw refusal;
  } finally {
    clearInterval(timer);
    clientGone?.removeEventListener('abort', end);
    end();
    watches.close(caller.deviceId);
  }
}
