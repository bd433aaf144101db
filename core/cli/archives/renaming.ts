import {
  defaultRegistry,
  displayReference,
  KitwrightError,
  parseReference,
  type Reference,
} from '@kitwright/core/internal';

/**
 * The name that a kit of an archive gets: by the first `old=new` that names it or its repository, else with `prefix` in the
 * place of its registry. Throws `usage`, `reference-invalid`.
 */
export function renaming(
  prefix: string | undefined,
  renames: readonly string[],
): ((name: Reference) => Reference) | undefined {
  if (prefix === undefined && !renames.length) return undefined;
  const pairs = renames.map(pairOf);
  return (name) => {
    const [full, place] = [displayReference(name), displayReference({ ...name, reference: undefined })];
    const whole = pairs.find(([old]) => old === full);
    if (whole) return named(whole[1], name);
    const repository = pairs.find(([old]) => old === place);
    if (repository) return at(repository[1], name);
    return prefix === undefined ? name : at(`${prefix.replace(/(?<!\/)\/+$/, '')}/${name.repository}`, name);
  };
}

function pairOf(text: string): readonly [old: string, name: string] {
  const equals = text.indexOf('=');
  if (equals <= 0 || equals === text.length - 1)
    throw new KitwrightError('usage', `--rename takes OLD=NEW, and not ${JSON.stringify(text)}.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** The kit keeps its tag where the new name has none. */
function named(text: string, { reference, isDigest }: Reference): Reference {
  const name = parseReference(text);
  return name.reference === undefined ? { ...name, reference, isDigest } : name;
}

function at(place: string, { reference, isDigest }: Reference): Reference {
  const name = parseReference(place);
  if (name.reference === undefined && !name.extraTags.length) return { ...name, reference, isDigest };
  throw new KitwrightError('usage', `${place} has a tag, and stands for a repository.`, {
    hint: `For example ${defaultRegistry}/team/model.`,
  });
}
