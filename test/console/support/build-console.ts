import { webConsole } from '../../../tools/build-console.ts';
import { ensureBuilt } from '../../../tools/built.ts';

/** Before any test: what the browser gets is built from what is there now. */
export default async function buildConsole(): Promise<void> {
  await ensureBuilt(webConsole, (line) => void process.stderr.write(`${line}\n`));
}
