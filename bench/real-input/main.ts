// `npm run real-input`: syncs real input between two devices, compares it, and prints the figures.

import { realInputs, WHOLE } from './inputs.ts';
import { reportLines } from './show-report.ts';
import { syncInputs } from './sync-input.ts';

const report = await syncInputs(realInputs(WHOLE));
for (const line of reportLines(report)) console.log(line);
const wrong = report.inputs.flatMap((one) => one.differences);
for (const line of wrong.slice(0, 50)) console.log(`  ${line}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
