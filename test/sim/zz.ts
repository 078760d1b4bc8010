import { makeScenario } from './make-scenario.ts';
import { World } from './world.ts';
const seed = Number(process.argv[2]);
const w = await World.open(makeScenario(seed, { faults: process.argv[3] !== 'quiet' }));
w.begin();
while (w.peopleAtWork > 0 && w.scheduler.steps < 9000) await w.scheduler.next();
w.heal();
while (w.scheduler.steps < 9000) await w.scheduler.next();
let last = '';
for (let i = 0; i < 60; i++) {
  await w.scheduler.next();
  for (const d of w.devices) { for (const id of d.journal.dirtyIds()) { const t = JSON.stringify(d.journal.get(id)); if (t !== last) { console.log(w.scheduler.trace.at(-1), d.name, id.slice(0, 6), t); last = t; } } }
}
process.exit(0);
