import { wordPattern } from './tagTemplate.ts';

/** A tag that a template may have made. */
export interface TagMatch {
  /** What stands for the first `{n}`; undefined if the template has none. */
  readonly n: string | undefined;
}

/**
 * Recognises the tags that a template made. A project's config may give the template, so no expression does it: with many
 * words one would try each way to divide a tag among them.
 */
export function tagMatcher(template: string): (tag: string) => TagMatch | undefined {
  const parts = partsOf(template);
  return (tag) => {
    const ends = endsOf(parts, tag);
    if (!ends) return undefined;
    const first = parts.findIndex(({ word }) => word === 'n');
    return { n: first < 0 ? undefined : tag.slice(ends[first - 1] ?? 0, ends[first]) };
  };
}

/** A text as it stands, or what a word stands for. */
interface Part {
  readonly word: string | undefined;
  readonly text: string;
}

function partsOf(template: string): readonly Part[] {
  // At odd places is what the group of the expression holds: a word.
  return template.split(wordPattern).flatMap((text, i): readonly Part[] => {
    if (i % 2) return [{ word: text, text: '' }];
    return text === '' ? [] : [{ word: undefined, text }];
  });
}

/** Where each part ends in the tag, each as late as it can; undefined if they do not fit. Each place is tried once for a part. */
function endsOf(parts: readonly Part[], tag: string): readonly number[] | undefined {
  const tried = new Set<number>();
  const from = (i: number, at: number): readonly number[] | undefined => {
    const part = parts[i];
    if (!part) return at === tag.length ? [] : undefined;
    const place = i * (tag.length + 1) + at;
    if (tried.has(place)) return undefined;
    tried.add(place);
    for (const end of endsFrom(part, tag, at)) {
      const rest = from(i + 1, end);
      if (rest) return [end, ...rest];
    }
    return undefined;
  };
  return from(0, 0);
}

/** Where a part that begins here may end, the last place first. */
function endsFrom({ word, text }: Part, tag: string, at: number): readonly number[] {
  if (word === undefined) return tag.startsWith(text, at) ? [at + text.length] : [];
  const isNumber = word === 'n' || word === 'step';
  const [run = ''] = (isNumber ? /^\d*/ : /^[\w.-]*/).exec(tag.slice(at)) ?? [];
  const ends = Array.from(run, (_, i) => at + run.length - i);
  return word === 'step' && tag.startsWith('none', at) ? [...ends, at + 'none'.length] : ends;
}
