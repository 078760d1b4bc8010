import { expect, test } from 'vitest';
import { PART, realInputs } from '../../bench/real-input/inputs.ts';
import { reportLines } from '../../bench/real-input/show-report.ts';
import { syncInputs } from '../../bench/real-input/sync-input.ts';

/** It takes about a minute; other work on the machine may be in the way. */
const PATIENCE_MS = 1_200_000;

test('a part of what is installed here, and a made tree of 5,000 files, arrive to the byte', {
  timeout: PATIENCE_MS,
}, async () => {
  const report = await syncInputs(realInputs(PART));
  process.stdout.write(`${reportLines(report).join('\n')}\n`);
  const [installed, made] = report.inputs;
  expect(installed).toMatchObject({ differences: [], troubles: 0 });
  expect(made).toMatchObject({
    differences: [],
    troubles: 0,
    files: PART.madeFiles,
    links: 200,
    executables: PART.madeFiles / 20,
  });
});
