/** The hint for a registry in a reference that looks like the word of a target: `dav:` in `dav:host/path`. */
export function targetHint(registry: string): { readonly hint?: string } {
  const word = /^[a-z][a-z0-9-]*:(?!\d)/.exec(registry)?.[0];
  if (word === undefined) return {};
  return {
    hint: `If ${word} is to be a target: "kitwright targets" lists those that plugins provide, --plugin NAME adds one; not every command takes one.`,
  };
}
