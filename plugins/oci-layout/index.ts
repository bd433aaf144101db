import { existsSync } from 'node:fs';
import {
  createOciArchive,
  createOciLayout,
  definePlugin,
  KitwrightError,
  type OpenedTarget,
  type Plugin,
  splitLocation,
  type Target,
} from '@kitwright/core/plugin';

/** `oci:DIRECTORY[:TAG]` and `archive:FILE[:TAG]`: kits that any OCI tool can read, for example on a USB stick. */
export function ociLayout(): Plugin {
  return definePlugin({
    name: '@kitwright/oci-layout',
    apiVersion: 1,
    apply({ register }) {
      register('target', { id: 'oci', open: (location) => opened('oci', location, createOciLayout) });
      register('target', { id: 'archive', open: (location) => opened('archive', location, createOciArchive) });
    },
  });
}

function opened(id: string, location: string, open: (path: string) => Target): OpenedTarget {
  const { path, references } = fullNameIn(location) ?? splitLocation(location);
  if (!path) throw new KitwrightError('target-invalid', `${id}: needs a path.`);
  return { target: open(path), repository: '', references };
}

/** `FILE:registry/repository:tag`: several kits in one archive have full names. The file tells where its own name ends. */
function fullNameIn(location: string): { readonly path: string; readonly references: readonly string[] } | undefined {
  for (let colon = location.indexOf(':', 2); colon > 0; colon = location.indexOf(':', colon + 1)) {
    const [path, name] = [location.slice(0, colon), location.slice(colon + 1)];
    if (/^[\w.-]+(?::\d+)?(?:\/[\w./-]+)?[:@][\w.:-]+$/.test(name) && existsSync(path))
      return { path, references: [name] };
  }
  return undefined;
}
