import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporaryFolder.ts';
import { askOneHost } from './askOneHost.ts';
import { type GitOptions, runGit } from './runGit.ts';

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A line of git's protocols (gitprotocol-common(5)). */
const line = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
};

/** A commit without files, in a pack. */
const commitIn = (directory: string): readonly [id: string, pack: Buffer] => {
  const run = (args: readonly string[], input = '') => execFileSync('git', args, { cwd: directory, input });
  run(['init', '-q', '--bare', '.']);
  const tree = run(['mktree']).toString().trim();
  const settings = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  const id = run([...settings, 'commit-tree', tree, '-m', 'x'])
    .toString()
    .trim();
  return [id, run(['pack-objects', '--revs', '--stdout', '-q'], `${id}\n`)];
};

/** A server of git that says, without being asked, where a part of its pack is. */
const serverOf = ([id, pack]: ReturnType<typeof commitIn>, elsewhere: readonly string[]): RequestListener => {
  const capabilities = ['version 2\n', 'ls-refs\n', 'fetch=shallow\n', 'object-format=sha1\n'].map(line);
  const parts = elsewhere.map((address) => line(`${'a'.repeat(40)} ${address}\n`));
  const answers = {
    refs: [line('# service=git-upload-pack\n'), '0000', ...capabilities, '0000'],
    names: [line(`${id} HEAD\n`), '0000'],
    pack: [
      ...[line('shallow-info\n'), line(`shallow ${id}\n`), '0001'],
      ...(parts.length ? [line('packfile-uris\n'), ...parts, '0001'] : []),
      ...[line('packfile\n'), line(Buffer.concat([Buffer.from([1]), pack])), '0000'],
    ],
  };
  return async (request, response) => {
    const asked = (await Array.fromAsync(request)).join('');
    const kind = request.method === 'GET' ? 'refs' : asked.includes('ls-refs') ? 'names' : 'pack';
    const type = kind === 'refs' ? 'advertisement' : 'result';
    response.setHeader('content-type', `application/x-git-upload-pack-${type}`);
    response.end(Buffer.concat(answers[kind].map((part) => Buffer.from(part))));
  };
};

async function fetchFrom(folder: string, location: string, more: GitOptions['env'] = {}): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1', ...more };
  const options = { directory: folder, env, signal: new AbortController().signal };
  await runGit(['init', '-q'], options);
  await runGit(['remote', 'add', '--', 'origin', location], options);
  await runGit(['fetch', '-q', '--depth=1', '--', 'origin', 'HEAD'], await askOneHost(location, options));
  return (await runGit(['rev-parse', 'FETCH_HEAD'], options)).trim();
}

test('a server sends git nowhere else for parts of what it gets, whatever proxies the user has', async () => {
  using made = temporaryFolder();
  const commit = commitIn(made.path);
  const asked: unknown[] = [];
  await using inside = await serve(({ url }, response) => {
    asked.push(url);
    response.writeHead(404).end();
  });
  await using server = await serve(serverOf(commit, [`${inside.url}/secret`]));
  for (const [settings, env] of [
    ['', {}],
    ['', { NO_PROXY: '127.0.0.1' }],
    [`[http "${inside.url}"]\n\tproxy = ""\n`, {}],
    ['[http]\n\tproxy = ""\n', {}],
  ] as const) {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, '.gitconfig'), settings);
    await assert.rejects(fetchFrom(folder.path, server.url, env), {
      code: 'remote-refused',
      message: /another address for a part/,
    });
    assert.deepEqual(asked, [], settings);
  }
});

test('the server itself is asked as before, with the proxies of the user', async () => {
  using made = temporaryFolder();
  const commit = commitIn(made.path);
  const hosts: (string | undefined)[] = [];
  const answer = serverOf(commit, []);
  await using server = await serve((request, response) => {
    hosts.push(request.headers.host);
    answer(request, response);
  });
  const one = 'http://git.example.com/team/net';
  for (const [location, settings, env] of [
    [server.url, '', {}],
    [one, '', { http_proxy: server.url }],
    [one, '', { ALL_PROXY: server.url }],
    [one, `[http]\n\tproxy = ${server.url}\n`, { http_proxy: 'http://127.0.0.1:1' }],
    [one, `[http "http://git.example.com"]\n\tproxy = ${server.url}\n`, {}],
    [server.url, '[http]\n\tproxy = ""\n', { http_proxy: 'http://127.0.0.1:1' }],
  ] as const) {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, '.gitconfig'), settings);
    assert.equal(await fetchFrom(folder.path, location, env), commit[0], `${location} ${settings}`);
    assert.equal(hosts.at(-1), new URL(location).host);
  }
});
