import { type CheckpointProgress, type Reference, repositoryOf } from '@kitwright/core/internal';
import { readCommit } from '../runs/readCommit.ts';
import { bestTag } from './bestKit.ts';
import { tagMatcher } from './tagMatcher.ts';
import { checkTemplate, fillTemplate } from './tagTemplate.ts';

export interface NamerOptions {
  readonly name: Reference;
  readonly template: string | undefined;
  readonly directory: string;
  readonly run: string;
  /** Tags that the store has already. */
  readonly names: readonly NamedTag[];
  readonly now: () => Date;
  /** The metric of `{metric}`: that of `--best`. */
  readonly metric?: string | undefined;
  /** Is a kit with this progress the best so far? */
  readonly isBest?: ((progress: CheckpointProgress | undefined) => boolean) | undefined;
}

interface NamedTag {
  readonly repository: string;
  readonly tag: string | undefined;
}

/**
 * The names of the kits of a watch: the tag of `-t` (or `latest`) moves to each new kit; a template adds one tag per
 * kit. Throws `usage`.
 */
export function tagNamer({
  name,
  template,
  directory,
  run,
  names,
  now,
  metric,
  isBest = () => false,
}: NamerOptions): (count: number, progress?: CheckpointProgress) => Reference {
  const base: Reference = { ...name, reference: name.reference ?? 'latest' };
  const named = (progress: CheckpointProgress | undefined, ...tags: readonly string[]): Reference => ({
    ...base,
    extraTags: [...base.extraTags, ...(isBest(progress) ? [bestTag] : []), ...tags],
  });
  if (template === undefined) return (_, progress) => named(progress);
  checkTemplate(template, metric);
  const start = lastNumber(template, repositoryOf(base), names);
  const git = readCommit(directory)?.slice(0, 12) ?? 'nogit';
  return (count, progress) => {
    const tag = fillTemplate(template, { run, n: start + count, progress, time: now(), git, metric });
    return named(progress, tag);
  };
}

/** The highest number of an earlier run, so that none of its tags moves. */
function lastNumber(template: string, repository: string, names: readonly NamedTag[]): number {
  const matches = tagMatcher(template);
  const numbers = names
    .filter((name) => name.repository === repository)
    .map(({ tag }) => Number(matches(tag ?? '')?.n ?? 0));
  return Math.max(0, ...numbers);
}
