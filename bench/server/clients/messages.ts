import type { TaskNews } from './task.ts';
import type { TaskName } from './tasks.ts';

/** From the bench to a client process. */
export type ToClients =
  | { readonly is: 'prepare'; readonly task: TaskName; readonly inputs: readonly unknown[] }
  | { readonly is: 'go' };

/** From a client process to the bench. */
export type FromClients =
  | { readonly is: 'ready' }
  | { readonly is: 'news'; readonly news: TaskNews }
  | { readonly is: 'done'; readonly outputs: readonly unknown[] }
  | { readonly is: 'failed'; readonly why: string };
