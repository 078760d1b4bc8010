// `npm run pictures`: copies the chosen ones of the screenshots that the tests of the screens have made into the pages.
// Look at them before they are kept.

import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repoDir = fileURLToPath(new URL('..', import.meta.url));
const from = path.join(repoDir, 'test/screens/out/screenshots');
const to = path.join(repoDir, 'docs/images');
const CHOSEN = ['home-light', 'home-dark', 'conflicts-light', 'versions-light', 'home-ar'];

const missing = CHOSEN.filter((name) => !existsSync(path.join(from, `${name}.png`)));
if (missing.length > 0) {
  console.error(`There is no ${missing.join(', ')} yet. Make them: npm test -- test/screens`);
  process.exitCode = 1;
} else {
  mkdirSync(to, { recursive: true });
  for (const name of CHOSEN) copyFileSync(path.join(from, `${name}.png`), path.join(to, `${name}.png`));
  console.log(`${CHOSEN.length} pictures lie in docs/images.`);
}
