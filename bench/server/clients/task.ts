/** What a client process tells while a task runs. */
export interface TaskNews {
  readonly headSeq: number;
}

export interface TaskSurroundings {
  tell(news: TaskNews): void;
}

/**
 * What one user does. The task prepares itself, which is not timed, and answers what it will do at the start signal,
 * which all users of all client processes get at the same time.
 */
export type Task<I, O> = (input: I, surroundings: TaskSurroundings) => Promise<() => Promise<O>>;
