import { safeForTerminal } from '@tidesync/shared/format';
import { Failure, sentenceOf } from '@tidesync/shared/problems';
import type { ExitCode } from './exit-codes.ts';
import { exitCodeOfProblem, exitCodes, UsageError } from './exit-codes.ts';

/** The form of what `--json` writes. It changes where a program that reads it would misread it, not for a new field. */
export const JSON_SCHEMA = 1;

/**
 * Where a command's words go: data on stdout, messages on stderr.
 * In JSON mode a command writes one document to stdout (or one a line while it watches); its messages are left
 * out, and an error is one line on stderr: `{"schema":1,"problem":{"reason":…},"sentence":…,"exitCode":…}`.
 */
export interface Output {
  readonly json: boolean;
  /** The command's one result. */
  result(data: object, text: readonly string[]): void;
  /** For another program that reads lines, without --json; whoever calls it has made their parts safe. */
  lines(lines: readonly string[]): void;
  /** For people only: what happens, what to do next. */
  say(line: string): void;
  error(error: unknown): ExitCode;
}

export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export function createOutput(json: boolean, streams: Streams): Output {
  return {
    json,
    result(data, text) {
      if (json) streams.out(jsonLine(data));
      else for (const line of text) streams.out(`${safeForTerminal(line)}\n`);
    },
    lines(lines) {
      for (const line of lines) streams.out(`${line}\n`);
    },
    say(line) {
      if (!json) streams.err(`${safeForTerminal(line)}\n`);
    },
    error(error) {
      const report = reportOf(error);
      const { problem, sentence, exitCode } = report;
      if (json) streams.err(jsonLine({ problem, sentence, exitCode }));
      else for (const line of report.lines) streams.err(`${safeForTerminal(line)}\n`);
      return exitCode;
    },
  };
}

function jsonLine(data: object): string {
  return `${JSON.stringify({ schema: JSON_SCHEMA, ...data })}\n`;
}

interface ErrorReport {
  readonly problem: { readonly reason: string };
  readonly sentence: string;
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

function reportOf(error: unknown): ErrorReport {
  if (error instanceof Failure) {
    const sentence = sentenceOf(error.problem);
    return {
      problem: error.problem,
      sentence,
      lines: [sentence],
      exitCode: exitCodeOfProblem(error.problem),
    };
  }
  if (error instanceof UsageError) {
    const { message } = error;
    return { problem: { reason: 'usage' }, sentence: message, lines: [message], exitCode: exitCodes.usage };
  }
  const sentence = `This is a bug in Tidesync, please report it: ${error instanceof Error ? error.message : error}`;
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1) : [];
  return {
    problem: { reason: 'internal' },
    sentence,
    lines: [sentence, ...stack],
    exitCode: exitCodes.failed,
  };
}
