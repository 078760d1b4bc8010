// `npm run bench:rubbish -- [--rounds 3] [--seconds 4] [--only WORDS]`: what rubbish costs a server. Of each sort a process
// sends for some seconds, then nobody does, in turns; all the while another process asks what devices ask. Told is how
// much slower that is answered under rubbish than beside it, and how much memory and processor time the server takes for
// it, by /proc. The server is a process of its own on SQLite, told nothing but a folder.

import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { noteForReaper } from '../../test/e2e/support/left-behind.ts';
import { startBenchServer } from '../server/world/bench-server.ts';
import { embeddedBacking } from '../server/world/embedded-backing.ts';
import { attacks } from './attacks.ts';
import type { Found } from './rounds.ts';
import { answerOf, round } from './rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', default: '' },
  },
});
const [rounds, phaseMs] = [Number(values.rounds), Number(values.seconds) * 1_000];
const WARM_UP_MS = 5_000;
const LIMIT_BYTES = 1_000_000_000;

function startChild(name: string): ChildProcess {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), { serialization: 'advanced' });
  noteForReaper('+', child.pid);
  child.once('exit', () => noteForReaper('-', child.pid));
  return child;
}

const at = (all: readonly number[], share: number) =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] as number;

function lineOf(name: string, { quiet, under, grownBytes, cpuSeconds, answers }: Found): string {
  const times = [0.5, 0.99].map((share) => {
    const [a, b] = [at(quiet, share), at(under, share)];
    return `${a.toFixed(1)} → ${b.toFixed(1)} ms (${(b / a).toFixed(2)})`;
  });
  const memory = `memory +${(grownBytes / 1e6).toFixed(0)} MB`;
  const processor = `processor +${((cpuSeconds * 100_000) / (rounds * phaseMs)).toFixed(0)} %`;
  const said = [...answers].filter(([, count]) => count > 0).map(([what, count]) => `${what}: ${count}`);
  return `${name}\n  p50 ${times[0]}; p99 ${times[1]}; ${memory}; ${processor}; ${said.join(', ')}`;
}

/** Each sort has a server of its own, whose memory no other sort has stretched before. */
async function measure(attack: number, folder: string, children: readonly [ChildProcess, ChildProcess]) {
  const dataDir = path.join(folder, `server-${attack}`);
  const backing = embeddedBacking(folder);
  const [asker, attacker] = children;
  const server = await startBenchServer({ dataDir, settings: backing.settings, profileDir: null });
  try {
    const { seeds, close } = await backing.openSeeds(dataDir);
    const [ann, bob] = await seeds.accounts(2, { limitBytes: LIMIT_BYTES, devices: 1 });
    if (ann === undefined || bob === undefined) throw new Error('no accounts were made');
    await seeds.library(ann);
    await close();
    const asks = { url: server.url, token: ann.tokens[0] as string };
    await answerOf(asker, { ...asks, forMs: WARM_UP_MS });
    const found: Found = { quiet: [], under: [], grownBytes: 0, cpuSeconds: 0, answers: new Map() };
    const token = bob.tokens[0] as string;
    const trial = { attack, phaseMs, server, asker, attacker, asks, token };
    for (let n = 0; n < rounds; n++) await round(trial, found);
    console.log(lineOf(attacks[attack]?.name ?? '', found));
    const errors = server
      .said()
      .split('\n')
      .filter((line) => line.includes('"level":50'));
    for (const line of errors.slice(-1)) console.log(`  ${errors.length} errors in its log: ${line}`);
  } finally {
    await server.stop();
  }
}

const folder = path.join(os.tmpdir(), `tidesync-bench-${randomUUID()}`);
noteForReaper('+', folder);
const children = [startChild('asker.ts'), startChild('attacker.ts')] as const;
try {
  for (const [attack, { name }] of attacks.entries()) {
    if (!name.includes(values.only)) continue;
    console.log(`load ${os.loadavg()[0]?.toFixed(1)}`);
    await measure(attack, folder, children);
  }
} finally {
  for (const child of children) child.kill();
  await rm(folder, { recursive: true, force: true });
  noteForReaper('-', folder);
}
