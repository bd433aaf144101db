import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { sep } from 'node:path';

/**
 * Real paths of the project whose Plug'n'Play runs in this process, and of the members of its workspace; empty without
 * it. Its `.pnp.cjs` is code of that project that has run already. Only the API of our own package is used, because
 * finding one for a directory would load code from there. Source: Yarn, "PnP API".
 */
export function plugAndPlayProjects(): readonly string[] {
  if (process.versions['pnp'] === undefined) return [];
  try {
    const api = createRequire(import.meta.url)('pnpapi') as PnpApi;
    const roots = [api.topLevel, ...api.getDependencyTreeRoots()];
    return roots.flatMap((locator) => {
      const location = api.getPackageInformation(locator)?.packageLocation;
      return location === undefined ? [] : [realpathSync(location.endsWith(sep) ? location.slice(0, -1) : location)];
    });
  } catch {
    // The project that runs us does not have us installed.
    return [];
  }
}

interface PnpApi {
  readonly topLevel: unknown;
  readonly getDependencyTreeRoots: () => readonly unknown[];
  readonly getPackageInformation: (locator: unknown) => { readonly packageLocation: string } | null;
}
