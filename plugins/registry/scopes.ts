/** The scopes of a challenge (RFC 6750, 3): words with blanks between. */
export function scopesOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter(Boolean);
}

/**
 * Scopes as one list in which each resource stands once, with all its actions (distribution, token scope
 * documentation): some services read only the first scope, or only the last one of a resource. What is no
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
