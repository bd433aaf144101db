import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createProject, digestIn, type Project } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { type DistributionOptions, startDistribution } from './distribution.ts';
import { kit, kitwright, succeed, treeOf } from './peer.ts';

const { ORAS: oras = '', SKOPEO: skopeo = '', REGISTRY2 = '', REGISTRY3 = '' } = process.env;

const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: c.py}]\ndocs: [{path: r.md}]\n',
  'm/w': randomBytes(70_000_000),
  'm/x': 'x',
  'c.py': '1',
  'r.md': 'r',
};

const withRegistry = async (
  binary: string,
  options: DistributionOptions,
  run: (project: Project, host: string, authority: string) => Promise<void>,
): Promise<void> => {
  using project = createProject(files);
  await using registry = await startDistribution(binary, join(project.path, 'registry'), options);
  await run(project, registry.host, registry.authority ?? '');
};

const registries: Readonly<Record<string, string>> = { 'distribution 2.8': REGISTRY2, 'distribution 3.1': REGISTRY3 };

for (const [name, binary] of Object.entries(registries)) {
  describe(name, { skip: !binary && `${name} is not here` }, () => {
    it('kit pulls what we pushed, and we pull what kit pushed', () =>
      withRegistry(binary, {}, async (project, host) => {
        const at = (folder: string) => join(project.path, folder);
        const [ours, theirs] = [`${host}/a/ours:v1`, `${host}/a/theirs:v1`];
        await project.run('pack', 'project', '-t', ours);
        succeed(await project.run('push', ours, '--plain-http'));
        succeed(await kit(project.path, at('kit'), 'pull', ours, '--plain-http'));
        succeed(await kit(project.path, at('kit'), 'unpack', ours, '-d', 'a'));
        succeed(await kit(project.path, at('kit2'), 'pack', 'project', '-t', theirs));
        succeed(await kit(project.path, at('kit2'), 'push', theirs, '--plain-http'));
        succeed(await kitwright(project.path, at('our2'), 'pull', theirs, '--plain-http'));
        succeed(await kitwright(project.path, at('our2'), 'unpack', theirs, '-d', 'b'));
        succeed(await kitwright(project.path, at('our3'), 'unpack', theirs, '-d', 'c', '--plain-http'));
        assert.deepEqual(treeOf(at('a')), treeOf(at('b')));
        assert.deepEqual(treeOf(at('c')), treeOf(at('b')));
      }));

    it('a pull that was killed resumes, and ends with the same kit', () =>
      withRegistry(binary, {}, async (project, host) => {
        const name_ = `${host}/a/b:v1`;
        const digest = digestIn(await project.run('pack', 'project', '-t', name_));
        succeed(await project.run('push', name_, '--plain-http'));
        const home = join(project.path, 'other');
        const partials = join(home, 'store', 'partials');
        const { spawn } = await import('node:child_process');
        const { cliPath, nodePath } = await import('../support/runCli.ts');
        const child = spawn(nodePath, [cliPath, '--config', home, 'pull', name_, '--plain-http']);
        const { promise, resolve } = Promise.withResolvers<void>();
        child.once('exit', () => resolve());
        while (child.exitCode === null && !existsSync(partials)) await new Promise(setImmediate);
        child.kill('SIGKILL');
        await promise;
        const pulled = succeed(await kitwright(project.path, home, 'pull', name_, '--plain-http'));
        assert.match(pulled.stdout, new RegExp(`Pulled ${digest}`));
        succeed(await kitwright(project.path, home, 'store', 'check'));
      }));

    it('basic authentication over TLS with a private authority', () =>
      withRegistry(binary, { tls: true, htpasswd: true }, async (project, host, authority) => {
        const name_ = `${host}/a/b:v1`;
        await project.run('pack', 'project', '-t', name_);
        const untrusted = await project.run('push', name_);
        assert.equal(untrusted.code, 3);
        assert.match(untrusted.stderr, /network-failed/);
        assert.equal((await project.run('push', name_, '--tls-cert', authority)).code, 3);
        const login = [
          '--config',
          project.home,
          'login',
          host,
          '-u',
          'ann',
          '--password-stdin',
          '--tls-cert',
          authority,
        ];
        succeed(await runCli(login, { cwd: project.path, stdin: 'secret' }));
        succeed(await project.run('push', name_, '--tls-cert', authority));
        succeed(await project.run('push', name_, '--tls-verify=false'));
        const env = { SSL_CERT_FILE: authority };
        succeed(await runCli(['--config', project.home, 'list', `${host}/a/b`], { cwd: project.path, env }));
      }));

    it('oras and skopeo read what we pushed', { skip: !(oras && skopeo) && 'oras or skopeo is not here' }, () =>
      withRegistry(binary, {}, async (project, host) => {
        const name_ = `${host}/a/b:v1`;
        const digest = digestIn(await project.run('pack', 'project', '-t', name_));
        succeed(await project.run('push', name_, '--plain-http'));
        const run = (command: string, ...args: readonly string[]) => runCli(args, { cwd: project.path, command });
        const resolved = succeed(await run(oras, 'resolve', '--plain-http', name_));
        assert.equal(resolved.stdout.trim(), digest);
        succeed(
          await run(
            skopeo,
            '--insecure-policy',
            'copy',
            '--src-tls-verify=false',
            `docker://${name_}`,
            'oci:copied:v1',
          ),
        );
        succeed(await project.run('copy', 'oci:copied:v1', `${host}/a/c:v1`, '--plain-http'));
        succeed(
          await run(
            skopeo,
            '--insecure-policy',
            'copy',
            '--src-tls-verify=false',
            `docker://${name_}`,
            'oci-archive:kit.tar:v1',
          ),
        );
        succeed(await project.run('copy', 'archive:kit.tar:v1', 'archived:v1'));
        assert.match((await project.run('list')).stdout, new RegExp(`^archived +v1 .*${digest}`, 'm'));
      }),
    );

    it('removes a kit', () =>
      withRegistry(binary, {}, async (project, host) => {
        const name_ = `${host}/a/b:v1`;
        await project.run('pack', 'project', '-t', name_);
        succeed(await project.run('push', name_, '--plain-http'));
        succeed(await project.run('remove', '-r', '-f', name_, '--plain-http'));
        assert.equal((await project.run('inspect', '-r', name_, '--plain-http')).code, 1);
      }));
  });
}

describe('a ModelPack that oras made', { skip: !(oras && REGISTRY3) && 'oras or a registry is not here' }, () => {
  it('has a Kitfile by the names of its layers, and unpacks', async () => {
    using project = createProject({
      'w.safetensors': 'w',
      'tokenizer.json': '{}',
      'README.md': 'r',
      'config.json': '{}',
    });
    await using registry = await startDistribution(REGISTRY3, join(project.path, 'registry'));
    const type = 'application/vnd.cncf.model';
    const name = `${registry.host}/a/pack:v1`;
    succeed(
      await runCli(
        [
          ...['push', '--plain-http', name, '--artifact-type', `${type}.manifest.v1+json`],
          ...['--config', `config.json:${type}.config.v1+json`, `w.safetensors:${type}.weight.v1.raw`],
          ...[`tokenizer.json:${type}.weight.config.v1.raw`, `README.md:${type}.doc.v1.raw`],
        ],
        { cwd: project.directory, command: oras },
      ),
    );
    const info = succeed(await project.run('info', '-r', name, '--plain-http'));
    assert.equal(
      info.stdout,
      'manifestVersion: 1.0.0\nmodel:\n  path: w.safetensors\n  parts:\n    - path: tokenizer.json\ndocs:\n  - path: README.md\n',
    );
    succeed(await project.run('pull', name, '--plain-http'));
    succeed(await project.run('unpack', name, '-d', 'out'));
    assert.deepEqual(
      treeOf(join(project.path, 'out')).map((line) => line.split(' ')[0]),
      ['Kitfile', 'README.md', 'tokenizer.json', 'w.safetensors'],
    );
  });
});
