import {
  createOciArchive,
  createOciLayout,
  definePlugin,
  isTag,
  KitwrightError,
  type OpenedTarget,
  type Plugin,
  type Target,
} from '@kitwright/core/plugin';

const digestForm = /@(sha256:[a-f0-9]{64})$/;

/** `path`, `path:tag`, `path@digest`. A colon before a slash, or a drive's, belongs to the path. */
export function splitLocation(location: string): { readonly path: string; readonly references: readonly string[] } {
  const digest = digestForm.exec(location)?.[1];
  if (digest) return { path: location.slice(0, -digest.length - 1), references: [digest] };
  const colon = location.lastIndexOf(':');
  const tag = location.slice(colon + 1);
  if (colon <= 1 || !isTag(tag)) return { path: location, references: [] };
  return { path: location.slice(0, colon), references: [tag] };
}

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
