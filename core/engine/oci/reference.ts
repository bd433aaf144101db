import { KitwrightError } from '../errors/KitwrightError.ts';
import { targetHint } from './targetHint.ts';

/** `[host[:port]/]repository[:tag|@digest][,tag2,...]`, resolved as `kit` reads it. */
export interface Reference {
  /** The registry; `localhost` (without a port) if the text names none. */
  readonly registry: string;
  readonly repository: string;
  /** A tag, a digest, or undefined. */
  readonly reference: string | undefined;
  readonly isDigest: boolean;
  /** Further tags after the first. `kit` does not check them, and neither may we. */
  readonly extraTags: readonly string[];
}

/** The registry of a reference that names none: the local store. */
export const defaultRegistry = 'localhost';
export const defaultTag = 'latest';
/** The repository of kits that were packed without a name. */
export const unnamedRepository = '_';

const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

const host = /^(?:[A-Za-z0-9._-]+|\[[a-fA-F0-9:]+\])(?::[0-9]*)?$/;
/** `shelf:` of `shelf:/path`: a port would follow, and a host has a dot or is this machine. */
const wordOnly = /^(?!localhost:)[a-z][a-z0-9-]*:$/;
const repositoryPattern = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;

/** Is an untrusted text (an annotation, an answer of a registry) a tag (distribution-spec 1.1, "Pulling manifests")? */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/**
 * Characters of a name with its tag or digest. No registry takes as many; an archive and a Kitfile could give a kit a name
 * of millions, with which no list could be read any more.
 */
const maxName = 1024;

/** Parses a reference. Throws `reference-invalid` with the reason. */
export function parseReference(text: string): Reference {
  const [head = '', ...extraTags] = text.split(',');
  if (head.length > maxName) throw invalid(`${text.slice(0, maxName)}...`, `a name has at most ${maxName} characters`);
  if (digestPattern.test(head)) {
    return { registry: defaultRegistry, repository: unnamedRepository, reference: head, isDigest: true, extraTags };
  }
  const [name, reference, isDigest] = splitName(head);
  const [registry, repository] = splitRegistry(name);
  if (!host.test(registry) || /^\.+(?::|$)/.test(registry) || wordOnly.test(registry))
    throw invalid(text, `${JSON.stringify(registry)} is no registry`, targetHint(registry));
  if (!repositoryPattern.test(repository))
    throw invalid(text, 'the repository must be lower case letters, digits and separators');
  if (isDigest && !digestPattern.test(reference ?? '')) throw invalid(text, 'invalid digest');
  if (!isDigest && reference !== undefined && !tagPattern.test(reference)) throw invalid(text, 'invalid tag');
  return { registry, repository, reference, isDigest, extraTags };
}

function splitName(text: string): readonly [name: string, reference: string | undefined, isDigest: boolean] {
  const at = text.indexOf('@');
  if (at >= 0) {
    const name = text.slice(0, at);
    const tag = name.indexOf(':', name.lastIndexOf('/') + 1);
    return [tag < 0 ? name : name.slice(0, tag), text.slice(at + 1), true];
  }
  const colon = text.lastIndexOf(':');
  if (colon <= text.lastIndexOf('/')) return [text, undefined, false];
  return [text.slice(0, colon), text.slice(colon + 1), false];
}

function splitRegistry(name: string): readonly [string, string] {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  return /[.:]/.test(first) ? [first, name.slice(slash + 1)] : [defaultRegistry, name];
}

function invalid(text: string, why: string, more: { readonly hint?: string } = {}): KitwrightError {
  return new KitwrightError('reference-invalid', `Invalid reference ${JSON.stringify(text)}: ${why}.`, {
    data: { reference: text },
    ...more,
  });
}

/** `localhost/name` for the stores: registry and repository. */
export function repositoryOf({ registry, repository }: Reference): string {
  return `${registry}/${repository}`;
}

/** The full spelling, with the registry. */
export function formatReference(ref: Reference): string {
  return `${repositoryOf(ref)}${ref.reference === undefined ? '' : `${ref.isDigest ? '@' : ':'}${ref.reference}`}`;
}

/** How `kit` shows a repository: without `localhost/`, and `<none>` for the unnamed one. */
export function displayRepository(repository: string): string {
  const local = `${defaultRegistry}/`;
  const short = repository.startsWith(local) ? repository.slice(local.length) : repository;
  return short === unnamedRepository ? '' : short;
}

/** How `kit` shows a reference: without `localhost/`. */
export function displayReference(ref: Reference): string {
  const full = formatReference(ref);
  const short = full.startsWith(`${defaultRegistry}/`) ? full.slice(defaultRegistry.length + 1) : full;
  return short.startsWith(`${unnamedRepository}@`) ? short.slice(1) : short;
}

export function withDefaultTag(ref: Reference): Reference {
  return ref.reference === undefined ? { ...ref, reference: defaultTag } : ref;
}

/**
 * `kit` prints a local kit as `localhost/x:tag`, which parses as the repository `localhost/x`. Returns the reference
 * that was meant, `x:tag`.
 */
export function asPrinted(ref: Reference): Reference | undefined {
  const prefix = `${defaultRegistry}/`;
  if (ref.registry !== defaultRegistry || !ref.repository.startsWith(prefix)) return undefined;
  return { ...ref, repository: ref.repository.slice(prefix.length) };
}
