import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { guideLines } from '../support/guideLines.ts';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { startFront } from '../support/startFront.ts';
import { startDistribution } from './distribution.ts';
import { kitwright, succeed } from './peer.ts';
import { freePort, startServer } from './startServer.ts';

const { REGISTRY3: binary = '', NGINX: nginx = '' } = process.env;
const clients = 50;
const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: c.py}]\ndocs: [{path: r.md}]\n',
  'm/w': randomBytes(20_000_000),
  'c.py': '1',
  'r.md': 'r',
};

/** Starts nginx with the block of the guide, before a cache. */
const startNginx = async (folder: string, cache: string) => {
  const guide = readFileSync(new URL('../../core/cli/guides/registry-mirrors.md', import.meta.url), 'utf8');
  const [, block = assert.fail()] = /```nginx\n([^`]*)```/.exec(guide) ?? [];
  const port = await freePort();
  const placed = block
    .replace('/var/cache/nginx/kits', join(folder, 'kept'))
    .replace('5001', `127.0.0.1:${port}`)
    .replaceAll('cache.internal:5000', cache);
  mkdirSync(folder);
  // Its own folders are those of the system by default.
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const main = `user root; daemon off; pid ${folder}/pid; error_log ${folder}/errors; events {}`;
  writeFileSync(join(folder, 'conf'), `${main}\nhttp {\naccess_log off; ${temporary.join(' ')}\n${placed}}\n`);
  return { host: `127.0.0.1:${port}`, ...(await startServer(nginx, ['-c', join(folder, 'conf')], port)) };
};

/** A client of its own, whose config names the mirror. */
const pull = async (project: Project, i: number, reference: string, mirror: string) => {
  const home = join(project.path, `client-${i}`);
  mkdirSync(home);
  const mirrors = [{ match: reference.split('/')[0], hosts: [`http://${mirror}`] }];
  writeFileSync(join(home, 'config.json'), JSON.stringify({ mirrors, plainHttp: true }));
  return succeed(await kitwright(project.path, home, 'pull', reference)).stdout;
};

describe('a pull-through cache (distribution 3.1)', { skip: !binary && 'distribution 3.1 is not here' }, () => {
  it(`${clients} clients pull through it, and the registry behind it sees each blob once`, async () => {
    using project = createProject(files);
    await using origin = await startDistribution(binary, join(project.path, 'origin'));
    await using front = await startFront(origin.host);
    const remote = `http://127.0.0.1:${front.port}`;
    await using cache = await startDistribution(binary, join(project.path, 'cache'), { remote });
    const reference = `127.0.0.1:${front.port}/team/model:v1`;
    const digest = digestIn(await project.run('pack', 'project', '-t', reference));
    succeed(await project.run('push', reference, '--plain-http'));
    const before = front.requests.length;
    const pulled = [await pull(project, 0, reference, cache.host)];
    // The cache itself does not share a download that is under way, so the others come when the first has ended.
    const rest = Array.from({ length: clients - 1 }, (_, i) => i + 1);
    for (let i = 0; i < rest.length; i += 7)
      pulled.push(...(await Promise.all(rest.slice(i, i + 7).map((n) => pull(project, n, reference, cache.host)))));
    assert.ok(pulled.every((text) => text.includes(`Pulled ${digest}`)));
    const blobs = front.requests.slice(before).flatMap(({ line }) => /^GET .*\/blobs\/(\S+)/.exec(line)?.[1] ?? []);
    assert.deepEqual([blobs.length, new Set(blobs).size], [4, 4], blobs.join('\n'));
  });

  it(`${clients} clients that start at once, through nginx before it: each blob once too`, {
    skip: !nginx && 'no nginx',
  }, async () => {
    using project = createProject({ ...files, 'm/w': randomBytes(40_000_000) });
    await using origin = await startDistribution(binary, join(project.path, 'origin'));
    await using front = await startFront(origin.host);
    const remote = `http://127.0.0.1:${front.port}`;
    await using cache = await startDistribution(binary, join(project.path, 'cache'), { remote });
    await using lock = await startNginx(join(project.path, 'nginx'), cache.host);
    const reference = `127.0.0.1:${front.port}/team/model:v1`;
    const digest = digestIn(await project.run('pack', 'project', '-t', reference));
    succeed(await project.run('push', reference, '--plain-http'));
    const before = front.requests.length;
    const start = async (i: number) => {
      const said = await pull(project, i, reference, lock.host);
      rmSync(join(project.path, `client-${i}`), { recursive: true });
      return said;
    };
    const pulled = await Promise.all(Array.from({ length: clients }, (_, i) => start(i)));
    assert.ok(pulled.every((text) => text.includes(`Pulled ${digest}`)));
    const blobs = front.requests.slice(before).flatMap(({ line }) => /^GET .*\/blobs\/(\S+)/.exec(line)?.[1] ?? []);
    assert.deepEqual([blobs.length, new Set(blobs).size], [4, 4], blobs.join('\n'));
  });

  it('a large layer comes through it once too, while it has none of it and gives no parts', async () => {
    using project = createProject({ ...files, 'm/w': randomBytes(40_000_000) });
    await using origin = await startDistribution(binary, join(project.path, 'origin'));
    await using front = await startFront(origin.host);
    const remote = `http://127.0.0.1:${front.port}`;
    await using cache = await startDistribution(binary, join(project.path, 'cache'), { remote });
    const reference = `127.0.0.1:${front.port}/team/model:v1`;
    await project.run('pack', 'project', '-t', reference);
    succeed(await project.run('push', reference, '--plain-http'));
    const before = front.requests.length;
    for (const i of [0, 1]) await pull(project, i, reference, cache.host);
    const blobs = front.requests.slice(before).flatMap(({ line }) => /^GET .*\/blobs\/(\S+)/.exec(line)?.[1] ?? []);
    assert.deepEqual([blobs.length, new Set(blobs).size], [4, 4], blobs.join('\n'));
  });

  it('the lines of the guide work as they are', async () => {
    using project = createProject(files);
    await using origin = await startDistribution(binary, join(project.path, 'origin'));
    const remote = `http://${origin.host}`;
    await using cache = await startDistribution(binary, join(project.path, 'cache'), { remote });
    const reference = `${origin.host}/team/model:v1`;
    await project.run('pack', 'project', '-t', reference);
    succeed(await project.run('push', reference, '--plain-http'));
    const lines = guideLines('registry-mirrors');
    const script = lines
      .replaceAll('registry.example.com', origin.host)
      .replace('cache.internal:5000', cache.host)
      .replaceAll(/^kitwright /gm, `"${nodePath}" "${cliPath}" `);
    const env = { KITWRIGHT_HOME: join(project.path, 'user'), KITWRIGHT_PLAIN_HTTP: '1' };
    mkdirSync(env.KITWRIGHT_HOME);
    succeed(await runCli(['-ec', script], { cwd: project.path, env, command: 'sh' }));
    assert.equal(readFileSync(join(project.path, 'model', 'c.py'), 'utf8'), '1');
  });

  it('where the registry cannot be reached any more, the cache alone gives the kit', async () => {
    using project = createProject(files);
    await using cache = await (async () => {
      await using origin = await startDistribution(binary, join(project.path, 'origin'));
      const reference = `${origin.host}/team/model:v1`;
      await project.run('pack', 'project', '-t', reference);
      succeed(await project.run('push', reference, '--plain-http'));
      const started = await startDistribution(binary, join(project.path, 'cache'), { remote: `http://${origin.host}` });
      await pull(project, 0, reference, started.host);
      return Object.assign(started, { reference });
    })();
    assert.match(await pull(project, 1, cache.reference, cache.host), /Pulled sha256:/);
  });
});
