// Loaded before everything else (`node --import`): breaks one line of production code, named by TIDESYNC_SIM_BUG.

import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { seededBugs } from './bug-list.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const name = process.env.TIDESYNC_SIM_BUG;
const bug = seededBugs.find((one) => one.name === name);
if (bug === undefined) throw new Error(`there is no seeded bug named ${name}`);
const url = pathToFileURL(path.join(repository, bug.file)).href;

registerHooks({
  load(address, context, next) {
    const loaded = next(address, context);
    if (address !== url) return loaded;
    const source = String(loaded.source);
    const places = source.split(bug.from).length - 1;
    if (places !== 1) throw new Error(`${bug.name}: its line is ${places} times in ${bug.file}, not once`);
    return { ...loaded, source: source.replace(bug.from, () => bug.to) };
  },
});
