/** The scopes of a challenge (RFC 6750, 3): words separated by blanks. */
export function scopesOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter(Boolean);
}

/**
 * Merges scopes into one list that has each resource once, with all its actions (distribution, token scope
 * documentation): some services read only the first scope, or only the last one of a resource. A scope that is not
 * `type:name:actions` is kept as it is.
 */
export function mergeScopes(...lists: readonly (readonly string[])[]): readonly string[] {
  const actions = new Map<string, ReadonlySet<string>>();
  for (const scope of lists.flat()) {
    const [, resource = scope, wanted = ''] = /^([^:]+:.+):([^:]*)$/.exec(scope) ?? [];
    actions.set(resource, new Set([...(actions.get(resource) ?? []), ...wanted.split(',').filter(Boolean)]));
  }
  return [...actions].map(([resource, all]) => (all.size ? `${resource}:${[...all].join(',')}` : resource));
}
