import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { freePort, startServer } from './startServer.ts';

/** A real WebDAV server over a folder on loopback; by default its user is ann, with the password `secret`. */
export interface Webdav extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** What it serves. */
  readonly root: string;
}

/** How each server is configured. */
export const webdavServers = { lighttpd: lighttpdConfig, apache2: apacheConfig };

/** It has a folder of its own, which everybody may read: Apache serves as another user. */
export async function startWebdav(
  name: keyof typeof webdavServers,
  binary: string,
  login = 'ann:secret',
): Promise<Webdav> {
  await using started = new AsyncDisposableStack();
  const { path: folder } = started.use(temporaryFolder());
  const port = await freePort();
  const [root, config] = [join(folder, 'served'), join(folder, `${name}.conf`)];
  chmodSync(folder, 0o755);
  for (const path of [root, join(folder, 'work')]) {
    mkdirSync(path);
    chmodSync(path, 0o777);
  }
  const [user, password = ''] = login.split(':');
  writeFileSync(join(folder, 'users'), `${user}:{SHA}${createHash('sha1').update(password).digest('base64')}\n`);
  writeFileSync(config, webdavServers[name](folder, port));
  const args = name === 'lighttpd' ? ['-D', '-f', config] : ['-X', '-f', config];
  started.use(await startServer(binary, args, port));
  const stack = started.move();
  return { host: `127.0.0.1:${port}`, root, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function lighttpdConfig(folder: string, port: number): string {
  return `
server.document-root = "${folder}/served"
server.bind = "127.0.0.1"
server.port = ${port}
server.upload-dirs = ("${folder}/work")
server.modules = ("mod_auth", "mod_authn_file", "mod_webdav")
mimetype.assign = ("" => "application/octet-stream")
auth.backend = "htpasswd"
auth.backend.htpasswd.userfile = "${folder}/users"
auth.require = ("" => ("method" => "basic", "realm" => "kits", "require" => "valid-user"))
webdav.activate = "enable"
`;
}

const modules = ['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_basic', 'dav', 'dav_fs'];

function apacheConfig(folder: string, port: number): string {
  return `
ServerRoot "${folder}"
ServerName localhost
Listen 127.0.0.1:${port}
PidFile "${folder}/work/pid"
ErrorLog "${folder}/work/errors"
User nobody
Group nogroup
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot "${folder}/served"
DavLockDB "${folder}/work/locks"
<Directory "${folder}/served">
  Dav On
  AuthType Basic
  AuthName kits
  AuthUserFile "${folder}/users"
  Require valid-user
</Directory>
`;
}
