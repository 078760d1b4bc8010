/** The system around the command, as far as commands about it need it. Rejects with the system's own errors. */
export interface SystemHost {
  readonly platform: string;
  readonly userHome: string;
  readonly userId: number;
  readonly nodePath: string;
  readonly programPath: string;
  /** Null where there is no such file. */
  readText(path: string): Promise<string | null>;
  /** Makes the folders above; null removes the file. */
  writeText(path: string, text: string | null): Promise<void>;
  /** Code 127: there is no such program. Never rejects. */
  run(command: readonly string[]): Promise<{ readonly code: number; readonly said: string }>;
}
