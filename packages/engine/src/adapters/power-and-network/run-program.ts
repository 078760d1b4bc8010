import { execFile } from 'node:child_process';

const RUN_MS_MAX = 3_000;
const OUTPUT_BYTES_MAX = 256 * 1024;

/** What a program of the system says; null if it is not there, fails, or says nothing in time. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string | null>;

/** In that environment, but in the language that its words are known in. */
export function runProgram(env: NodeJS.ProcessEnv): RunProgram {
  const options = { env: { ...env, LC_ALL: 'C' }, timeout: RUN_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
  return (program, args) =>
    new Promise((resolve) => {
      const said = { ...options, killSignal: 'SIGKILL', windowsHide: true } as const;
      execFile(program, args, said, (error, out) => resolve(error === null ? out : null));
    });
}
