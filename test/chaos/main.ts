// `npm run chaos -- [--rounds 200] [--seed N] [--check-every 10] [--dir DIR] [--resume]`: two people work in their
// folders, two engines and a server are killed at random, and nothing that was written may be lost. A run that was
// broken off goes on with --resume, or another one begins with the same seed.

import { appendFileSync } from 'node:fs';
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ChaosRun } from './chaos-run.ts';
import { ChaosWorld } from './chaos-world.ts';
import type { FoundTexts } from './look-for-texts.ts';
import type { LedgerLine } from './text-ledger.ts';
import { TextLedger } from './text-ledger.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    'check-every': { type: 'string', default: '10' },
    dir: { type: 'string' },
    resume: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
const checkEvery = Number(values['check-every']);
const dir = path.resolve(values.dir ?? path.join(os.tmpdir(), `tidesync-chaos-${seed}`));
const notes = path.join(dir, 'ledger.jsonl');
const actsFile = path.join(dir, 'acts.log');
const say = (line: string) => void process.stdout.write(`${line}\n`);

type Note = LedgerLine | { readonly round: number; readonly kills: number; readonly tookMs: number };

/** What an earlier run has noted; a last line that was cut off is none. */
async function readNotes(): Promise<Note[]> {
  const text = await readFile(notes, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Note);
}

if (!values.resume) await rm(dir, { recursive: true, force: true });
await mkdir(dir, { recursive: true });
const earlier = await readNotes();
const note = (line: Note) => appendFileSync(notes, `${JSON.stringify(line)}\n`);
const ledger = new TextLedger(
  note,
  earlier.filter((line): line is LedgerLine => !('round' in line)),
);
const ended = earlier.filter((line) => 'round' in line);
let kills = ended.reduce((sum, one) => sum + one.kills, 0);
let workMs = ended.reduce((sum, one) => sum + one.tookMs, 0);
let checks = 0;

function sound({ lost, foreign, leftovers }: FoundTexts): boolean {
  return lost.length + foreign.length + leftovers.length === 0;
}

function tell(round: number, found: FoundTexts): void {
  const { inFiles, inConflictCopies, inTrash, onServer, lost, foreign, beginnings, leftovers } = found;
  say(
    `after round ${round}: equal trees; of ${ledger.count} texts ${ledger.owed().length} must be somewhere: ` +
      `${inFiles} in files, ${inConflictCopies} in conflict copies, ${inTrash} in the trash of a device, ` +
      `${onServer} in the server's trash or versions, ${lost.length} LOST; ${beginnings.length} half-written files`,
  );
  for (const one of lost) say(`  LOST ${one}${ledger.isUntouched(one) ? ', which nobody took away' : ''}`);
  for (const one of foreign) say(`  WRITTEN BY NOBODY ${one}`);
  for (const one of leftovers) say(`  LEFT BEHIND ${one}`);
}

async function work(world: ChaosWorld): Promise<boolean> {
  const run = new ChaosRun({ world, ledger, seed });
  for (let round = (ended.at(-1)?.round ?? 0) + 1; round <= rounds; round++) {
    const startMs = performance.now();
    const { acts, kills: killed } = await run.round(round);
    const tookMs = Math.round(performance.now() - startMs);
    await appendFile(actsFile, [`── round ${round}, killed ${killed.join(', ')}`, ...acts, ''].join('\n'));
    kills += killed.length;
    workMs += tookMs;
    say(`round ${round} of ${rounds}: killed ${killed.join(', ')}; ${ledger.count} texts so far`);
    if (round % checkEvery === 0 || round === rounds) {
      const found = await run.check(round);
      checks++;
      tell(round, found);
      if (!sound(found)) return false;
    }
    note({ round, kills: killed.length, tookMs });
  }
  await world.verify();
  return true;
}

const world = await ChaosWorld.open(dir);
let isGreen = false;
try {
  isGreen = await work(world);
} catch (error) {
  say(`${world.said()}\n${error instanceof Error ? (error.stack ?? error.message) : error}`);
  if (error instanceof Error && error.cause !== undefined) say(String(error.cause));
}
await world.close();
say(
  `\nseed ${seed}: ${isGreen ? 'held' : 'FAILED'}; ${kills} kills, ${ledger.count} texts, ` +
    `${checks} checks, ${(workMs / 60_000).toFixed(1)} minutes of work`,
);
if (isGreen) await rm(dir, { recursive: true, force: true });
else say(`what is left is in ${dir}, what people did in ${actsFile}; again: npm run chaos -- --seed ${seed}`);
// Whatever is left of a run would be a fault of its own; nothing may keep this process.
process.exit(isGreen ? 0 : 1);
