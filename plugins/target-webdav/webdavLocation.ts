import { KitwrightError, splitLocation } from '@kitwright/core/plugin';

/** A folder at a WebDAV server, and what is named there. */
export interface WebdavLocation {
  /** Ends with a slash. */
  readonly folder: URL;
  readonly references: readonly string[];
}

/** `https://host/path[:tag|@digest]`. Throws `target-invalid`. */
export function webdavLocation(text: string): WebdavLocation {
  const { path, references } = splitLocation(text);
  const folder = /^https?:\/\/[^/]+\//.test(path) ? URL.parse(path) : null;
  if (!folder || folder.search || folder.hash || folder.username || folder.password)
    throw new KitwrightError('target-invalid', 'webdav: needs an address: webdav:https://host/path[:tag].', {
      hint: 'Without a query and without a login: that is stored as docker does, in ~/.docker/config.json.',
    });
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return { folder, references };
}
