// A process of its own that asks what devices ask, one call after the other; each message has it ask for so long, and
// it says how long each answer took.

import { setTimeout as pause } from 'node:timers/promises';

export interface ToAsker {
  readonly url: string;
  readonly token: string;
  readonly forMs: number;
}

const BETWEEN_MS = 5;

async function askFor({ url, token, forMs }: ToAsker): Promise<number[]> {
  const took: number[] = [];
  for (const endMs = performance.now() + forMs; performance.now() < endMs; await pause(BETWEEN_MS)) {
    const startMs = performance.now();
    const answer = await fetch(`${url}/trpc/libraries.list`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.text();
    if (answer.status !== 200) throw new Error(`the server answers ${answer.status}`);
    took.push(performance.now() - startMs);
  }
  return took;
}

process.on('disconnect', () => process.exit());
process.on('message', (message: ToAsker) => {
  void askFor(message).then((took) => process.send?.(took));
});
