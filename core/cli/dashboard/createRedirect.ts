import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories, systemError } from '@kitwright/core/internal';

/** A file that leads a browser to an address. */
export interface Redirect extends Disposable {
  readonly path: string;
}

/**
 * Writes a page that leads to `url`, for the arguments of a browser: every user of the machine can read those, but only
 * this user can read the file, and with it the token of the address. `root` is the root of the data. Throws
 * `report-failed`.
 */
export function createRedirect(root: string, url: string, text = 'This watch as a page'): Redirect {
  const folder = join(root, 'pages');
  const path = join(folder, `page-${randomBytes(8).toString('hex')}.html`);
  try {
    makeDirectories(folder, 0o700);
    writeFileSync(path, pageTo(url, text), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw systemError(error, 'report-failed', 'write', path);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

function pageTo(address: string, text: string): string {
  const url = address.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Kitwright</title>
<p><a href="${url}">${text}</a></p>
`;
}
