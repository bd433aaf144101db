/** The last part of a location as the name of a repository: `archive:out/Model.tar:v1` is `model`. */
export function localName(text: string): string {
  const path = text.replace(/^[a-z][a-z0-9-]*:/, '').replace(/(?::[\w.-]+|@sha256:[a-f0-9]+)$/, '');
  const base = path.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  const name = base
    .toLowerCase()
    .replace(/\.(?:tar|oci)$/, '')
    .replace(/[^a-z0-9]+/g, '-');
  return name.replace(/^-+|(?<!-)-+$/g, '') || 'kit';
}
