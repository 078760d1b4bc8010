import { expect, test } from 'vitest';
import { realInputs } from '../../bench/real-input/inputs.ts';
import { reportLines } from '../../bench/real-input/show-report.ts';
import { syncInputs } from '../../bench/real-input/sync-input.ts';

/** It takes under three minutes; other work on the machine may be in the way. */
const PATIENCE_MS = 1_200_000;

test('what is installed here, and a made tree of 20,000 files, arrive to the byte', {
  timeout: PATIENCE_MS,
}, async () => {
  const report = await syncInputs(realInputs);
  process.stdout.write(`${reportLines(report).join('\n')}\n`);
  const [installed, made] = report.inputs;
  expect(installed).toMatchObject({ differences: [], troubles: 0 });
  expect(made).toMatchObject({ differences: [], troubles: 0, files: 20_000, links: 200, executables: 1_000 });
});
