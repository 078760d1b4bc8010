import type { DatabaseInspection } from '../ports/database-inspection.ts';
import type { Check, Finding } from './check.ts';
import { failed, ok, warning } from './check.ts';
import { invariants } from './invariants.ts';

/** Opens a look at the database. Errors: Failure `databaseUnavailable`, `dataUnusable`. */
export type Inspect = () => Promise<DatabaseInspection>;

const CLOCK_AHEAD_MS_MAX = 5_000;

export function databaseCheck(inspect: Inspect): Check {
  return {
    name: 'database',
    run: () =>
      withInspection(inspect, async (inspection) => [
        ok(`${inspection.what} answers.`),
        formatFinding(inspection),
        ...clockFindings(inspection),
        ...inspection.complaints.map((one) => failed(one, 'Set it so, or ask whoever runs the database.')),
      ]),
  };
}

function formatFinding({ format, formatKnown }: DatabaseInspection): Finding {
  if (format === null) return ok('There is no data in it yet; the first start makes it.');
  if (format === formatKnown) return ok(`Its format is ${format}, the newest.`);
  if (format < formatKnown) {
    return warning(
      `Its format is ${format}; this version brings it to ${formatKnown} at its next start.`,
      'Make a backup before you start it: an older version refuses the new format.',
    );
  }
  const says = `It was written by a newer Tidesync (format ${format}, this one knows ${formatKnown}).`;
  return failed(says, 'Update Tidesync.');
}

function clockFindings({ clockAheadMs }: DatabaseInspection): Finding[] {
  if (clockAheadMs === null) return [];
  const seconds = Math.abs(clockAheadMs / 1_000).toFixed(1);
  if (Math.abs(clockAheadMs) <= CLOCK_AHEAD_MS_MAX) return [ok(`Its clock and ours differ by ${seconds} s.`)];
  const way = clockAheadMs > 0 ? 'ahead of' : 'behind';
  return [
    warning(`Its clock is ${seconds} s ${way} ours.`, 'Keep both right, for example with chrony or ntpd.'),
  ];
}

/** What the metadata have to add up to. Reads whole tables: it takes time on a large server. */
export function invariantsCheck(inspect: Inspect): Check {
  return {
    name: 'invariants',
    run: () =>
      withInspection(inspect, async ({ format, formatKnown, count }) => {
        if (format !== formatKnown) return [ok('Nothing to check before the data has the newest format.')];
        const findings: Finding[] = [];
        for (const { broken, query, todo } of invariants) {
          const found = await count(query);
          if (found > 0) findings.push(failed(`There are ${found} ${broken}.`, todo));
        }
        return findings.length > 0 ? findings : [ok(`All ${invariants.length} laws of the metadata hold.`)];
      }),
  };
}

async function withInspection(
  inspect: Inspect,
  look: (inspection: DatabaseInspection) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const inspection = await inspect();
  try {
    return await look(inspection);
  } finally {
    await inspection.close();
  }
}
