import type { AuditLine } from '@tidesync/shared/wire/quotas';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { listAudit } from '../use-cases/audit/list-audit.ts';
import type { CliIo } from './cli-io.ts';
import { wholeNumber } from './cli-io.ts';
import type { JsonFlag } from './with-data.ts';
import { administrator, allPages, answer, dataOf } from './with-data.ts';

const LINES_DEFAULT = 1_000;
const LINES_MAX = 100_000;
const unitMs = { m: 60_000, h: 3_600_000, d: 24 * 3_600_000 } as const;

/** Back from now, or a day. */
type Since = { readonly agoMs: number } | { readonly atMs: number };

interface ListFlags extends JsonFlag {
  readonly since: Since;
  readonly limit: number;
}

/** `tidesync-server audit …`: what was done to accounts, members, libraries and limits. */
export function addAuditCommand(program: Command, io: CliIo): void {
  const audit = program
    .command('audit')
    .description('what was done to accounts, members, libraries and limits');
  const withData = dataOf(audit, io);
  audit
    .command('list')
    .description('list the lines of the audit, the newest first')
    .option('--since <time>', 'how far back: 30m, 12h, 7d or 2026-01-31', parseSince, {
      agoMs: 30 * unitMs.d,
    })
    .option('--limit <lines>', 'how many at most', wholeNumber('--limit', LINES_MAX), LINES_DEFAULT)
    .option('--json', 'answer as JSON')
    .action(async (flags: ListFlags) => {
      const lines = await withData((ports) => {
        const { since } = flags;
        const sinceMs = 'atMs' in since ? since.atMs : ports.clock.nowMs() - since.agoMs;
        return allPages(
          (page) => listAudit(ports, administrator, { ...page, sinceMs }),
          (page) => page.lines,
          flags.limit,
        );
      });
      const none = lines.length === 0 ? ['Nothing was done in that time.'] : [];
      answer({ io, flags }, { lines }, [...none, ...lines.map(textOf)]);
    });
}

function textOf({ atMs, actor, action, target, details }: AuditLine): string {
  const more = Object.entries(details).map(([name, value]) => `${name}=${String(value)}`);
  return [new Date(atMs).toISOString(), actor, action, target, ...more].join('  ');
}

function parseSince(text: string): Since {
  const ago = /^(\d{1,5})([mhd])$/.exec(text);
  if (ago !== null) return { agoMs: Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs] };
  const atMs = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) throw new InvalidArgumentError('Write a time like 30m, 12h, 7d or 2026-01-31.');
  return { atMs };
}
