import { readFile, writeFile } from 'node:fs/promises';

/** What a process has taken from the machine. Zeros where the system does not tell (it has no /proc). */
export interface ProcessUse {
  readonly name: string;
  /** Highest use of memory since the watch began. */
  readonly peakBytes: number;
  /** Processor time since the watch began. */
  readonly cpuSeconds: number;
}

export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

const TICKS_PER_SECOND = 100;
const FORGET_PEAK = '5';

/** Begins to watch processes; the answer tells what each has used since. */
export async function watchProcesses(
  processes: readonly NamedProcess[],
): Promise<() => Promise<ProcessUse[]>> {
  const began = await Promise.all(
    processes.map(async ({ pid }) => {
      await writeFile(`/proc/${pid}/clear_refs`, FORGET_PEAK).catch(() => undefined);
      return cpuSecondsOf(pid);
    }),
  );
  return () =>
    Promise.all(
      processes.map(async ({ name, pid }, index) => ({
        name,
        peakBytes: await statusBytes(pid, 'VmHWM'),
        cpuSeconds: (await cpuSecondsOf(pid)) - (began[index] ?? 0),
      })),
    );
}

/** Watches the whole machine; the answer tells how much processor time all programs together took since. */
export async function watchMachine(): Promise<() => Promise<number>> {
  const began = await busySeconds();
  return async () => (await busySeconds()) - began;
}

async function busySeconds(): Promise<number> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => '');
  const fields = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = fields;
  return (user + nice + system + irq + softIrq) / TICKS_PER_SECOND;
}

/** Memory that a process has now. */
export const residentBytes = (pid: number): Promise<number> => statusBytes(pid, 'VmRSS');

/** Of `/proc`: VmHWM is the most that a process has had, VmRSS what it has now. */
export async function statusBytes(pid: number, field: 'VmHWM' | 'VmRSS'): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1_024;
}

/** In user and system mode together. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, in brackets, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}
