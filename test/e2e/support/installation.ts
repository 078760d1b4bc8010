import type { Finished } from '../cli-process.ts';

/** Objects that the store holds. */
export interface Stored {
  readonly objects: number;
  readonly bytes: number;
}

/** What the stories need of the servers, be it one or several. */
export interface Installation {
  /** Where a device signs in; of several servers always the same one. */
  readonly url: string;
  /** Where a world's first, second, … device signs in. */
  urlFor(device: number): string;
  /** All that the servers have said so far, over all their starts. */
  readonly said: string;
  /** Starts all of it; again at the same addresses. */
  start(): Promise<void>;
  /** Ends all of it as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Removes what it has left elsewhere than in its folder; after `kill` or `stop`. */
  remove(): Promise<void>;
  /** `tidesync-server admin …` on its data. */
  admin(args: readonly string[], stdin?: string): Promise<Finished>;
  makeAccount(email: string, ...options: string[]): Promise<void>;
  /** Rises with each time that devices send content, whether it is taken or not. */
  puts(): number;
  stored(): Promise<Stored>;
}
