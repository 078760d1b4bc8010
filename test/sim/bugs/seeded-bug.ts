/** A line of the product, and what it becomes. Each is there exactly once. */
export interface SeededBug {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}
