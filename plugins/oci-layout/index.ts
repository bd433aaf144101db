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
  const { path, references } = splitLocation(location);
  if (!path) throw new KitwrightError('target-invalid', `${id}: needs a path.`);
  return { target: open(path), repository: '', references };
}
