import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** No module has this name: the hook below puts another one in its place. */
const asked = 'kitwright-asks:';

/**
 * The URL that `import` of this name gives in a file, by Node's own resolver and all that package managers add to it
 * (`import.meta.resolve` takes another parent only behind a flag). Throws as Node does, with its code.
 */
export function resolveFrom(file: string, name: string): string {
  const parentURL = pathToFileURL(file).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === asked ? next(name, { ...context, parentURL }) : next(specifier, context),
  });
  try {
    return import.meta.resolve(asked);
  } finally {
    hooks.deregister();
  }
}
