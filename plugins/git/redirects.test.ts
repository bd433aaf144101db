import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { createFollowingFetch, KitwrightError, type OpenContext } from '@kitwright/core/plugin';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { git } from './index.ts';

async function serve(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Git's own server, below `/new` (git-http-backend). */
function backend(root: string): RequestListener {
  const programs = execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();
  return (request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://x');
    const child = spawn(join(programs, 'git-http-backend'), {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname.replace(/^\/new/, ''),
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(child.stdin);
    const parts: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => parts.push(bytes));
    child.on('close', () => {
      const all = Buffer.concat(parts);
      const end = all.indexOf('\r\n\r\n');
      const [, type = ''] = /^content-type: (.*)\r$/im.exec(all.toString('latin1', 0, end + 1)) ?? [];
      response.setHeader('content-type', type).end(all.subarray(end + 4));
    });
  };
}

function openFrom(folder: string, location: string, mayLead: (from: URL, to: URL) => Promise<void>) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const { capabilities } = createKitwright({ plugins: [git({ env })] });
  const signal = new AbortController().signal;
  const context = { fetch: createFollowingFetch(fetch, { mayLead }), userAgent: 'test', signal } as OpenContext;
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace, { recursive: true });
  const request = { location, revision: undefined, token: undefined, workspace, signal };
  return capabilities.get('importer', 'git').open(request, context);
}

test('a server does not lead git to a host where it may not lead', async () => {
  using folder = temporaryFolder();
  await using inside = await serve((_, response) => response.end('secret'));
  await using server = await serve(({ url }, response) => {
    response.writeHead(302, { location: `${inside.url}${url}` }).end();
  });
  const refused = new KitwrightError('remote-refused', 'Not there.');
  await assert.rejects(
    openFrom(folder.path, `${server.url}/team/net`, () => Promise.reject(refused)),
    (error) => error === refused,
  );
  assert.deepEqual(inside.asked, []);
});

test('a repository that was renamed is found where the server leads to', async () => {
  using folder = temporaryFolder();
  const repository = join(folder.path, 'root', 'team', 'net');
  mkdirSync(repository, { recursive: true });
  writeFileSync(join(repository, 'a.txt'), 'renamed');
  const run = (...args: readonly string[]) => execFileSync('git', args, { cwd: repository, stdio: 'ignore' });
  run('init', '-q');
  run('add', '.');
  run('-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', 'commit', '-q', '-m', 'x');
  const answer = backend(join(folder.path, 'root'));
  await using server = await serve((request, response) => {
    const { url = '' } = request;
    if (url.startsWith('/new/')) answer(request, response);
    else response.writeHead(301, { location: `/new${url}` }).end();
  });
  const source = await openFrom(folder.path, `${server.url}/team/net`, async () => undefined);
  assert.equal(readFileSync(join(folder.path, 'workspace', 'clone', 'a.txt'), 'utf8'), 'renamed');
  assert.deepEqual(source.files, [{ path: 'a.txt', size: 7 }]);
});

test('a header that the user has set for all hosts goes to none to which a server leads', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, '.gitconfig'), '[http]\n\textraHeader = Authorization: Bearer secret\n');
  const got: unknown[] = [];
  await using other = await serve(({ headers }, response) => {
    got.push(headers.authorization);
    response.end('001e# service=git-upload-pack\n0000');
  });
  await using server = await serve(({ url }, response) => {
    response.writeHead(302, { location: `${other.url}${url}` }).end();
  });
  await assert.rejects(openFrom(folder.path, `${server.url}/team/net`, async () => undefined));
  assert.deepEqual(got, [undefined], 'it was asked once, by us');
});

/** Which logins a host is given to which a server redirects, and which asks for one. */
async function loginsElsewhere(home: string): Promise<readonly unknown[]> {
  const got: unknown[] = [];
  await using other = await serve(({ headers }, response) => {
    got.push(headers.authorization);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  });
  await using server = await serve(({ url }, response) => {
    response.writeHead(302, { location: `${other.url}${url}` }).end();
  });
  await assert.rejects(openFrom(home, `${server.url}/team/net`, async () => undefined));
  return got;
}

test('nor do logins, of helpers and programs of the user that give theirs to any host', async () => {
  for (const settings of ['[credential]\n\thelper = ', '[core]\n\taskPass = ']) {
    using folder = temporaryFolder();
    const program = join(folder.path, 'login');
    writeFileSync(program, '#!/bin/sh\necho username=Ann\necho password=secret\n', { mode: 0o755 });
    writeFileSync(join(folder.path, '.gitconfig'), `${settings}${program}\n`);
    const got = await loginsElsewhere(folder.path);
    assert.ok(got.length > 0 && got.every((login) => login === undefined), `${settings}: ${got}`);
  }
});

test('nor does the login of a .netrc for all hosts', async () => {
  using folder = temporaryFolder();
  writeFileSync(
    join(folder.path, '.netrc'),
    'machine example.com login a password b\ndefault login Ann password secret\n',
  );
  const got = await loginsElsewhere(folder.path);
  assert.ok(
    got.every((login) => login === undefined),
    `${got}`,
  );
});
