// `npm run format [-- PATH…]`: formats and applies the safe fixes, everywhere or below the given paths.

import { runStage } from './run-stage.ts';

const paths = process.argv.slice(2);
const { exitCode } = await runStage('format (biome)', 'node_modules/@biomejs/biome/bin/biome', [
  'check',
  '--write',
  ...(paths.length === 0 ? ['.'] : paths),
]);
process.exitCode = exitCode;
