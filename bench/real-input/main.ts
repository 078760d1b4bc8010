// `npm run real-input`: syncs real input between two devices, compares it, and prints the figures.
// `npm run real-input -- --files 100000`: one folder of so many small files instead; with `--folders` a thousand in each.
// `npm run real-input -- --huge 200`: one file of so many GB, sparse where it is made.

import { parseArgs } from 'node:util';
import { hugeFile, manyFolders, oneFolder, realInputs, WHOLE } from './inputs.ts';
import { reportLines } from './show-report.ts';
import type { Input } from './sync-input.ts';
import { syncInputs } from './sync-input.ts';

const { values } = parseArgs({
  options: { files: { type: 'string' }, folders: { type: 'boolean' }, huge: { type: 'string' } },
});
const report = await syncInputs(chosenInputs());
for (const line of reportLines(report)) console.log(line);
const wrong = report.inputs.flatMap((one) => one.differences);
for (const line of wrong.slice(0, 50)) console.log(`  ${line}`);
process.exitCode = wrong.length === 0 ? 0 : 1;

function chosenInputs(): readonly Input[] {
  if (values.huge !== undefined) return hugeFile(numberOf('huge', values.huge));
  if (values.files === undefined) return realInputs(WHOLE);
  const files = numberOf('files', values.files);
  return values.folders === true ? manyFolders(files) : oneFolder(files);
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Error(`--${option} wants a number`);
  return number;
}
