/** The hint for a registry in a reference that looks like the word of a target: `dav:` in `dav:host/path`. */
export function targetHint(registry: string): { readonly hint?: string } {
  const word = /^[a-z][a-z0-9-]*:(?!\d)/.exec(registry)?.[0];
  if (word === undefined) return {};
  return {
    hint: `If ${word} is to be a target, a plugin must provide it: "kitwright targets" lists those that there are, --plugin NAME adds one.`,
  };
}
