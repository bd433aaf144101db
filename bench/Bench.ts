export interface Bench {
  readonly folder: string;
  /** The program. */
  readonly kit: string;
  /** How many pairs of runs a row is the median of. */
  readonly pairs: number;
}

export interface Row {
  readonly what: string;
  /** Our figure divided by theirs; smaller is better. */
  readonly ratio: number;
  readonly goal: number;
  readonly ours: string;
  readonly theirs: string;
}
