import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchServer } from '../server/world/bench-server.ts';
import { watchProcesses } from '../server/world/process-use.ts';
import type { ToAsker } from './asker.ts';
import type { ToAttacker } from './attacker.ts';

export interface Trial {
  /** Which sort of rubbish. */
  readonly attack: number;
  readonly phaseMs: number;
  readonly server: BenchServer;
  readonly asker: ChildProcess;
  readonly attacker: ChildProcess;
  readonly asks: Omit<ToAsker, 'forMs'>;
  /** Of the device whose own rubbish it is. */
  readonly token: string;
}

/** What the rounds of one sort of rubbish have shown: times in ms, with nobody sending and under rubbish. */
export interface Found {
  readonly quiet: number[];
  readonly under: number[];
  /** The most that the server's memory was higher under rubbish than in the phase before. */
  grownBytes: number;
  /** How much more processor time the server took under rubbish, in all rounds. */
  cpuSeconds: number;
  readonly answers: Map<string, number>;
}

const SETTLE_MS = 500;

export async function answerOf<T>(child: ChildProcess, message: ToAsker | ToAttacker): Promise<T> {
  const over = new AbortController();
  const ended = async () => {
    await once(child, 'exit', over);
    throw new Error('a process of the bench ended');
  };
  try {
    const answer = once(child, 'message', over);
    child.send(message);
    return ((await Promise.race([answer, ended()])) as [T])[0];
  } finally {
    over.abort();
  }
}

/** One phase without rubbish and one with it, which differ in nothing else. */
export async function round(trial: Trial, found: Found): Promise<void> {
  const { attack, phaseMs, server, asker, attacker, asks, token } = trial;
  const phase = async () => {
    const used = await watchProcesses([{ name: 'server', pid: server.pid }]);
    const took = await answerOf<number[]>(asker, { ...asks, forMs: phaseMs });
    const [{ peakBytes, cpuSeconds } = { peakBytes: 0, cpuSeconds: 0 }] = await used();
    return { took, peakBytes, cpuSeconds };
  };
  const quiet = await phase();
  await answerOf(attacker, { is: 'begin', attack, url: server.url, token });
  const under = await phase();
  found.quiet.push(...quiet.took);
  found.under.push(...under.took);
  found.grownBytes = Math.max(found.grownBytes, under.peakBytes - quiet.peakBytes);
  found.cpuSeconds += under.cpuSeconds - quiet.cpuSeconds;
  const answers = await answerOf<Record<string, number>>(attacker, { is: 'end' });
  for (const [said, count] of Object.entries(answers))
    found.answers.set(said, (found.answers.get(said) ?? 0) + count);
  await pause(SETTLE_MS);
}
