import { KitwrightError, parseReference, type Reference, repositoryOf } from '@kitwright/core';

interface NamedTag {
  readonly repository: string;
  readonly tag: string | undefined;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The highest number that an earlier run gave, so that no tag of it moves. */
const lastNumber = (template: string, repository: string, names: readonly NamedTag[]): number => {
  const pattern = new RegExp(`^${template.split('{n}').map(escapeRegExp).join('(\\d+)')}$`);
  const numbers = names
    .filter((name) => name.repository === repository)
    .map(({ tag }) => Number(pattern.exec(tag ?? '')?.[1] ?? 0));
  return Math.max(0, ...numbers);
};

/** The names of the kits of a watch: the tag of `-t` (or `latest`) moves along; a template adds one tag per kit. */
export const tagNamer = (
  name: Reference,
  template: string | undefined,
  names: readonly NamedTag[],
): ((count: number) => Reference) => {
  const base: Reference = { ...name, reference: name.reference ?? 'latest' };
  if (template === undefined) return () => base;
  if (!template.includes('{n}')) {
    throw new KitwrightError(
      'usage',
      `The tag template ${JSON.stringify(template)} has no {n}, so every kit would get the same tag.`,
    );
  }
  parseReference(`x:${template.replaceAll('{n}', '1')}`);
  const start = lastNumber(template, repositoryOf(base), names);
  return (count) => ({ ...base, extraTags: [...base.extraTags, template.replaceAll('{n}', String(start + count))] });
};
