/** How many suggestions are shown. */
const most = 3;

/**
 * The known words that may have been meant: those that begin with the word, or differ by one letter (two in longer
 * words). Nearest first.
 */
export function nearWords(word: string, known: readonly string[]): readonly string[] {
  const bare = bareWord(word);
  const slips = bare.length > 5 ? 2 : 1;
  return [...new Set(known)]
    .map((candidate) => ({ candidate, distance: distanceOf(bare, bareWord(candidate)) }))
    .filter(({ distance }) => bare.length > 1 && distance <= slips)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** A flag without its dashes, which do not count as letters. */
function bareWord(word: string): string {
  return word.replace(/^-+/, '').toLowerCase();
}

const shortestBeginning = 3;

/** The number of letters that were added, left out, replaced or swapped with their neighbour. */
function distanceOf(word: string, known: string): number {
  if (word.length >= shortestBeginning && known.startsWith(word)) return 0;
  let [before, last]: [readonly number[], readonly number[]] = [
    [],
    Array.from({ length: known.length + 1 }, (_, j) => j),
  ];
  for (let i = 1; i <= word.length; i++) {
    const row = [i];
    for (let j = 1; j <= known.length; j++) {
      const same = word[i - 1] === known[j - 1];
      const swapped = i > 1 && j > 1 && word[i - 1] === known[j - 2] && word[i - 2] === known[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, last] = [last, row];
  }
  return last[known.length] ?? 0;
}
