import {
  defaultTag,
  displayReference,
  displayRepository,
  KitwrightError,
  parseReference,
  type Reference,
  repositoryOf,
  withDefaultTag,
} from '@kitwright/core/internal';

/** A reference that must name one tag or digest. */
export function requireTag(text: string): Reference {
  const reference = requireOne(text);
  if (reference.reference !== undefined) return reference;
  throw new KitwrightError(
    'reference-invalid',
    `Invalid reference ${JSON.stringify(text)}: a tag or digest is required.`,
    {
      hint: `For example ${text}:${defaultTag}.`,
    },
  );
}

/** A reference that may not name several tags. */
export function requireOne(text: string): Reference {
  const reference = parseReference(text);
  if (reference.extraTags.length === 0) return reference;
  throw new KitwrightError(
    'reference-invalid',
    `Invalid reference ${JSON.stringify(text)}: several tags cannot be used here.`,
  );
}

/** All names that a reference with several tags gives, each as it is printed. */
export function namesOf(reference: Reference): readonly string[] {
  const repository = displayRepository(repositoryOf(reference));
  return [reference.reference, ...reference.extraTags].map((tag) => `${repository}:${tag}`);
}

/** Adds `latest` if there is no tag, and prints a message as `kit` does. */
export function defaultToLatest(reference: Reference, notice: (shown: string) => void): Reference {
  const full = withDefaultTag(reference);
  if (full !== reference) notice(displayReference(full));
  return full;
}
