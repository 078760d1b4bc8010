// `npm run bench:sudden -- [--folders 500] [--files-per-folder 100]`: so many files that come in a moment, below an engine
// at rest: when all are on the server, and the memory that took.

import os from 'node:os';
import { parseArgs } from 'node:util';
import { suddenLine, syncSudden } from './sync-sudden.ts';

const { values } = parseArgs({
  options: {
    folders: { type: 'string', default: '500' },
    'files-per-folder': { type: 'string', default: '100' },
  },
});
const many = { folders: Number(values.folders), filesPerFolder: Number(values['files-per-folder']) };
const report = await syncSudden(many, 3_600_000);
console.log(`${suddenLine(report)}; load ${os.loadavg()[0]?.toFixed(1)}`);
const [checked] = report.verified;
const isWhole = checked?.checked === report.entries && checked.compared && checked.found === 0;
console.log(
  isWhole ? 'all of it is on the server' : `NOT all of it is on the server: ${JSON.stringify(checked)}`,
);
process.exitCode = isWhole ? 0 : 1;
