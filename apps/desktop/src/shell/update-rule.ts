export interface UpdateFacts {
  readonly isPackaged: boolean;
  /** The build knows where its updates come from. */
  readonly hasSource: boolean;
  /** A distribution has put its marker in: its own packages bring the updates. */
  readonly isOfSystem: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether the app looks for updates by itself. `TIDESYNC_NO_UPDATES` switches it off for those who look after many. */
export function mayUpdateItself({ isPackaged, hasSource, isOfSystem, env }: UpdateFacts): boolean {
  return isPackaged && hasSource && !isOfSystem && (env.TIDESYNC_NO_UPDATES ?? '') === '';
}
