// A process of its own that sends rubbish: told which and when by the bench, it says what was answered.

import { attacks } from './attacks.ts';
import type { Target } from './raw-request.ts';

export type ToAttacker =
  | { readonly is: 'begin'; readonly attack: number; readonly url: string; readonly token: string }
  | { readonly is: 'end' };

let end: () => Record<string, number> = () => ({});

process.on('disconnect', () => process.exit());
process.on('message', (message: ToAttacker) => {
  if (message.is === 'end') {
    process.send?.(end());
    return;
  }
  const { hostname: host, port } = new URL(message.url);
  const { token } = message;
  const target: Target = { host, port: Number(port), token, answers: new Map(), sockets: new Set() };
  const stop = attacks[message.attack]?.begin(target);
  end = () => {
    stop?.();
    const open = [...target.sockets];
    target.sockets.clear();
    for (const socket of open) socket.destroy();
    return { ...Object.fromEntries(target.answers), open: open.length };
  };
  process.send?.('begun');
});
