import { isFailure } from '@tidesync/shared/problems';

export type Level = 'ok' | 'warning' | 'failed';

/** One line of the doctor: what was found, and what to do if it is not well. Never holds a secret. */
export interface Finding {
  readonly level: Level;
  readonly says: string;
  /** Empty if nothing has to be done. */
  readonly todo: string;
}
export interface NamedFinding extends Finding {
  readonly check: string;
}

/**
 * One thing that the doctor looks at. It changes nothing that is there, removes what it writes, and opens and closes
 * itself whatever it needs. A Failure that it rejects with is a finding as well, with that failure's sentence.
 */
export interface Check {
  readonly name: string;
  run(): Promise<readonly Finding[]>;
}

export const ok = (says: string): Finding => ({ level: 'ok', says, todo: '' });
export const warning = (says: string, todo: string): Finding => ({ level: 'warning', says, todo });
export const failed = (says: string, todo: string): Finding => ({ level: 'failed', says, todo });

const CHECK_MS = 120_000;

/** Runs all of them, one after another, and tells each finding when it is there. One that hangs is given up. */
export async function runChecks(
  checks: readonly Check[],
  tell: (finding: NamedFinding) => void,
): Promise<readonly NamedFinding[]> {
  const all: NamedFinding[] = [];
  for (const check of checks) {
    for (const finding of await findingsOf(check)) {
      const named = { check: check.name, ...finding };
      all.push(named);
      tell(named);
    }
  }
  return all;
}

async function findingsOf(check: Check): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<readonly Finding[]>((resolve) => {
    const says = `There was no answer within ${CHECK_MS / 1_000} seconds.`;
    timer = setTimeout(() => resolve([failed(says, 'See whether it is overloaded or hangs.')]), CHECK_MS);
  });
  try {
    return await Promise.race([check.run(), tooLate]);
  } catch (error) {
    if (isFailure(error)) return [failed(error.message, '')];
    const detail = error instanceof Error ? error.message : String(error);
    return [failed(`The check itself broke: ${detail}.`, 'This is a bug in Tidesync: please report it.')];
  } finally {
    clearTimeout(timer);
  }
}
