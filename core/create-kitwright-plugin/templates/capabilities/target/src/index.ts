import { resolve } from 'node:path';
import { definePlugin, KitwrightError, type OpenedTarget, type Plugin, splitLocation } from '@kitwright/core/plugin';
import { createFolderTarget } from './createFolderTarget.ts';

/** The target `my-plugin:PATH:TAG`. */
export default function plugin(): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ register }) {
      register('target', { id: 'my-plugin', open: (location, _access, { signal }) => open(location, signal) });
    },
  });
}

function open(location: string, signal: AbortSignal): OpenedTarget {
  const { path, references } = splitLocation(location);
  if (path === '') throw new KitwrightError('target-invalid', 'my-plugin: needs a folder, as in my-plugin:kits:v1.');
  return { target: createFolderTarget(resolve(path), signal), repository: '', references };
}
