import { commitTask } from './commit-task.ts';
import { directTask } from './direct-task.ts';
import { downloadTask } from './download-task.ts';
import { listTask } from './list-task.ts';
import { listenTask } from './listen-task.ts';
import { mixedTask } from './mixed-task.ts';
import { signInTask } from './sign-in-task.ts';
import type { Task } from './task.ts';
import { uploadTask } from './upload-task.ts';

/** What users can be told to do, by name. */
export const tasks = {
  upload: uploadTask,
  download: downloadTask,
  list: listTask,
  commit: commitTask,
  listen: listenTask,
  mixed: mixedTask,
  direct: directTask,
  'sign-in': signInTask,
} as const;

export type TaskName = keyof typeof tasks;
export type InputOf<N extends TaskName> = (typeof tasks)[N] extends Task<infer I, unknown> ? I : never;
export type OutputOf<N extends TaskName> = (typeof tasks)[N] extends Task<never, infer O> ? O : never;
