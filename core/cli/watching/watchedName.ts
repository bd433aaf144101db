import { basename, resolve } from 'node:path';
import { parseReference, type Reference } from '@kitwright/core/internal';

/** The name of the kits of a watch: from `-t`, else from the directory. Throws `reference-invalid`. */
export function watchedName(tag: string | undefined, directory: string): Reference {
  return parseReference(tag || nameOfDirectory(directory));
}

function nameOfDirectory(directory: string): string {
  return (
    basename(resolve(directory))
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|(?<!-)-+$/g, '') || 'kit'
  );
}
