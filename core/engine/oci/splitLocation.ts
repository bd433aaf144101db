import { isTag } from './reference.ts';

const digestForm = /@(sha256:[a-f0-9]{64})$/;

/**
 * The location of a target and what it names there: `path`, `path:tag`, `path:tag,tag2`, `path@digest`. A colon before a
 * slash, or a drive's, belongs to the path.
 */
export function splitLocation(location: string): { readonly path: string; readonly references: readonly string[] } {
  const digest = digestForm.exec(location)?.[1];
  if (digest) return { path: location.slice(0, -digest.length - 1), references: [digest] };
  const colon = location.lastIndexOf(':');
  const tags = location.slice(colon + 1).split(',');
  if (colon <= 1 || !tags.every(isTag)) return { path: location, references: [] };
  return { path: location.slice(0, colon), references: tags };
}
