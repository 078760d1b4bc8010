import type { Command } from 'commander';
import { composeChecks } from '../compose-doctor.ts';
import type { NamedFinding } from '../doctor/check.ts';
import { runChecks } from '../doctor/check.ts';
import type { CliIo } from './cli-io.ts';
import type { Flags } from './setting-flags.ts';
import { addSettingFlags, gatherFrom } from './setting-flags.ts';

/** `tidesync-server doctor`: one line for each thing that was looked at; exit code 1 if one of them failed. */
export function addDoctorCommand(program: Command, io: CliIo): void {
  const doctor = program
    .command('doctor')
    .description('check everything the server depends on, and say what to do')
    .option('--json', 'answer as JSON');
  addSettingFlags(doctor).action(async (flags: Flags) => {
    const json = flags.json === true;
    const checks = composeChecks(gatherFrom(flags, io), io.defaultDataDir);
    const findings = await runChecks(checks, (finding) => {
      if (!json) io.say(lineOf(finding));
    });
    const failures = findings.filter((one) => one.level === 'failed').length;
    const warnings = findings.filter((one) => one.level === 'warning').length;
    if (json) io.say(JSON.stringify({ ok: failures === 0, failures, warnings, findings }));
    else
      io.say(
        failures === 0 ? `No failure, ${warnings} warnings.` : `${failures} failed, ${warnings} warnings.`,
      );
    if (failures > 0) io.setExitCode(1);
  });
}

function lineOf({ level, check, says, todo }: NamedFinding): string {
  return `${level.padEnd(7)}  ${check}: ${says}${todo === '' ? '' : ` ${todo}`}`;
}
