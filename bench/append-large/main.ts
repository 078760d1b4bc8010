// `npm run bench:append -- [--megabytes 500] [--every-ms 50] [--seconds 120] [--rest-every 0] [--rest-ms 500]`: a large
// file that is appended to all the time, on one device of two. Every content that is committed or arrives is compared.

import os from 'node:os';
import { parseArgs } from 'node:util';
import { appendToLarge } from './append-to-large.ts';
import { appendLines } from './show-append.ts';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '500' },
    'every-ms': { type: 'string', default: '50' },
    seconds: { type: 'string', default: '120' },
    'rest-every': { type: 'string', default: '0' },
    'rest-ms': { type: 'string', default: '500' },
  },
});
const restEvery = Number(values['rest-every']);
const report = await appendToLarge({
  sizeBytes: Number(values.megabytes) * 1_000_000,
  everyMs: Number(values['every-ms']),
  forMs: Number(values.seconds) * 1_000,
  rest: restEvery === 0 ? null : { afterAppends: restEvery, forMs: Number(values['rest-ms']) },
});
for (const line of appendLines(report)) console.log(line);
console.log(`load ${os.loadavg()[0]?.toFixed(1)}`);
process.exitCode = report.torn.length === 0 ? 0 : 1;
