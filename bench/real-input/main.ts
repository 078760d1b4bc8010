// `npm run real-input`: syncs real input between two devices, compares it, and prints the figures.
// `npm run real-input -- --files 100000`: one folder of so many small files instead; with `--folders` a thousand in each.

import { parseArgs } from 'node:util';
import { manyFolders, oneFolder, realInputs, WHOLE } from './inputs.ts';
import { reportLines } from './show-report.ts';
import { syncInputs } from './sync-input.ts';

const { values } = parseArgs({ options: { files: { type: 'string' }, folders: { type: 'boolean' } } });
const files = values.files === undefined ? null : Number(values.files);
if (files !== null && !Number.isSafeInteger(files)) throw new Error('--files wants a number');
const made = values.folders === true ? manyFolders : oneFolder;
const report = await syncInputs(files === null ? realInputs(WHOLE) : made(files));
for (const line of reportLines(report)) console.log(line);
const wrong = report.inputs.flatMap((one) => one.differences);
for (const line of wrong.slice(0, 50)) console.log(`  ${line}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
