import type { LocalRouter } from '@tidesync/engine/local-api/router';
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';

/** Beside this page, whoever serves it: who may ask is settled there. */
const url = '/trpc';

/** The engine of this device. Everything that is seen here comes from it. */
export const engine = createTRPCClient<LocalRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpLink({ url }),
    }),
  ],
});
export type Engine = typeof engine;
