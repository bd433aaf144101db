import { KitwrightError, type SourcePosition } from '../errors/KitwrightError.ts';

/** One thing wrong in a Kitfile. `offset` points into the text; -1 = no position. */
export interface Mistake {
  readonly message: string;
  readonly offset: number;
}

/** Finding a position reads the text from its beginning, so only this many mistakes get one. */
const maxShown = 50;

/** The first mistakes as one error, in the order of the text. The others are in its field `others`. */
export function mistakesError(file: string, text: string, mistakes: readonly Mistake[]): KitwrightError {
  const sorted = mistakes.toSorted((a, b) => a.offset - b.offset);
  const more = sorted.length - maxShown;
  const ordered = sorted.slice(0, maxShown);
  if (more > 0) ordered.push({ message: `There are ${more} more mistakes.`, offset: -1 });
  const [first, ...others] = ordered.map((mistake) => errorOf(file, text, mistake));
  if (!first) return new KitwrightError('internal-error', 'A Kitfile was refused without a reason.');
  return new KitwrightError('kitfile-invalid', first.message, {
    ...(first.source ? { source: first.source } : {}),
    others,
    data: { mistakes: ordered.map(({ message }) => message) },
  });
}

function errorOf(file: string, text: string, { message, offset }: Mistake): KitwrightError {
  return new KitwrightError('kitfile-invalid', message, { source: positionOf(file, text, offset) });
}

export function positionOf(file: string, text: string, offset: number): SourcePosition {
  if (offset < 0) return { file };
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  const end = text.indexOf('\n', offset);
  return {
    file,
    line: before.split('\n').length,
    column: offset - start + 1,
    text: text.slice(start, end < 0 ? undefined : end).replace(/\r$/, ''),
  };
}
