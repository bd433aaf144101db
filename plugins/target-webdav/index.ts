import { definePlugin, type Plugin, type Wait } from '@kitwright/core/plugin';
import { createWebdavTarget } from './createWebdavTarget.ts';
import { webdavLocation } from './webdavLocation.ts';

export interface WebdavOptions {
  /** How it waits before it tries again; tests do not. */
  readonly wait?: Wait;
}

/** `webdav:https://host/path[:tag]`: kits on WebDAV servers (RFC 4918). */
export function webdav({ wait }: WebdavOptions = {}): Plugin {
  return definePlugin({
    name: '@kitwright/target-webdav',
    apiVersion: 1,
    apply({ register }) {
      register('target', {
        id: 'webdav',
        open: (location, _access, context) => {
          const { folder, references } = webdavLocation(location);
          return { target: createWebdavTarget(folder, context, wait), repository: '', references };
        },
      });
    },
  });
}

export default webdav;
