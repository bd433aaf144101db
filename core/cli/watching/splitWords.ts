/** The parsed words of `kitwright watch [directory...] [-- command...]`. */
export interface WatchWords {
  /** At least one. */
  readonly directories: readonly string[];
  /** The training command; empty = there is none. */
  readonly command: readonly string[];
}

/** Splits the words at `--`, which commander leaves out of `words`; `args` are all arguments of the process. */
export function splitWords(words: readonly string[], args: readonly string[]): WatchWords {
  const before = wordsBefore(words, args);
  return { directories: before > 0 ? words.slice(0, before) : ['.'], command: words.slice(before) };
}

function wordsBefore(words: readonly string[], args: readonly string[]): number {
  const dashes = args.indexOf('--');
  return dashes < 0 ? words.length : words.length - (args.length - dashes - 1);
}
