/** What `kit` takes as a name: `archive:v1,latest`. */
const name = /^[a-z][a-z0-9-]*:\w[\w.-]*(?:,[\w.-]+)*$/;

/** Is it written `word:location`, and no name that `kit` would take or `host:port`? */
export function looksLikePlace(text: string): boolean {
  return /^[a-z][a-z0-9-]*:\D/.test(text) && !name.test(text);
}
