import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createProject, type Project } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { succeed } from './peer.ts';
import { registries } from './registries.ts';

const { ORAS: oras = '' } = process.env;

interface Found {
  readonly artifactType: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly referrers?: readonly Found[];
}

/** Types and annotations of what is attached, with what is attached to that. */
const shown = (text: string): readonly unknown[] => {
  const view = (found: readonly Found[] = []): readonly string[] =>
    found
      .map(({ artifactType, annotations, referrers }) =>
        JSON.stringify([artifactType, annotations?.['a'], view(referrers)]),
      )
      .sort();
  return view((JSON.parse(text) as { readonly referrers: readonly Found[] }).referrers);
};

const expected = [
  ['application/spdx+json', 'ours', [JSON.stringify(['application/x.on-top', null, []])]],
  ['application/x.theirs', 'theirs', []],
].map((one) => JSON.stringify(one));

/** A kit `REMOTE` at the registry with something that we attached, and something that oras did; oras's is on top of one. */
const attachAll = async (project: Project, remote: string, run: Run): Promise<void> => {
  for (const name of ['sbom.json', 'report']) writeFileSync(join(project.path, name), name);
  succeed(await project.run('pack', 'project', '-t', 'x:v1'));
  succeed(await project.run('push', 'x:v1', remote));
  const sbom = ['sbom.json:application/spdx+json', '--artifact-type', 'application/spdx+json', '-a', 'a=ours'];
  const attached = succeed(await project.run('--json', 'attach', remote, ...sbom));
  const { digest } = JSON.parse(attached.stdout) as { readonly digest: string };
  await run('attach', remote, 'report:text/plain', '--artifact-type', 'application/x.theirs', '-a', 'a=theirs');
  await run('attach', remote.replace(/:v1$/, `@${digest}`), 'report', '--artifact-type', 'application/x.on-top');
};

type Run = (...args: readonly string[]) => Promise<string>;

const orasIn =
  ({ path }: Project, ...flags: readonly string[]): Run =>
  async (...args) =>
    succeed(await runCli([...args, ...flags], { cwd: path, command: oras })).stdout;

const createKit = () =>
  createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', m: 'weights' }, { KITWRIGHT_PLAIN_HTTP: '1' });

for (const [name, isHere, start] of registries)
  describe(name, { skip: !(oras && isHere) && 'oras or the registry is not here' }, () => {
    it('oras and we find what the other attached', async () => {
      using project = createKit();
      await using registry = await start(project);
      const remote = `${registry.host}/a/x:v1`;
      const run = orasIn(project, '--plain-http');
      await attachAll(project, remote, run);
      assert.deepEqual(shown(succeed(await project.run('--json', 'discover', remote)).stdout), expected);
      assert.deepEqual(shown(await run('discover', '--format', 'json', remote)), expected);
      await run('pull', '-o', 'pulled', `${registry.host}/a/x@${await digestOf(project, remote)}`);
    });

    it('what was attached comes along in a copy, for oras too, and in a layout', async () => {
      using project = createKit();
      await using registry = await start(project);
      const [remote, copied] = [`${registry.host}/a/x:v1`, `${registry.host}/b/y:v1`];
      const run = orasIn(project, '--plain-http');
      await attachAll(project, remote, run);
      succeed(await project.run('copy', remote, copied));
      assert.deepEqual(shown(await run('discover', '--format', 'json', copied)), expected);
      succeed(await project.run('copy', copied, 'oci:layout:v1'));
      const local = orasIn(project, '--oci-layout');
      assert.deepEqual(shown(await local('discover', '--format', 'json', 'layout:v1')), expected);
      await orasIn(project, '--from-plain-http')('copy', '-r', '--to-oci-layout', copied, 'theirs:v1');
      succeed(await project.run('pull', 'oci:theirs:v1'));
      assert.deepEqual(shown(succeed(await project.run('--json', 'discover', 'theirs:v1')).stdout), expected);
    });

    it('what we detach is gone for oras', async () => {
      using project = createKit();
      await using registry = await start(project);
      const remote = `${registry.host}/a/x:v1`;
      const run = orasIn(project, '--plain-http');
      await attachAll(project, remote, run);
      succeed(await project.run('detach', remote, '--artifact-type', 'application/spdx+json'));
      assert.deepEqual(shown(await run('discover', '--format', 'json', remote)), expected.slice(1));
    });
  });

const digestOf = async (project: Project, remote: string): Promise<string> => {
  const { stdout } = succeed(await project.run('--json', 'discover', remote));
  return (
    (JSON.parse(stdout) as { readonly referrers: readonly { readonly digest: string }[] }).referrers[0]?.digest ?? ''
  );
};

describe('oras', { skip: !oras && 'oras is not here' }, () => {
  it('finds what we attached to a local kit in the store itself', async () => {
    using project = createKit();
    writeFileSync(join(project.path, 'report'), 'report');
    succeed(await project.run('pack', 'project', '-t', 'x:v1', '--blobs'));
    succeed(await project.run('attach', 'x:v1', 'report', '--artifact-type', 'application/x.ours', '-a', 'a=ours'));
    const found = await orasIn(project)(
      'discover',
      '--format',
      'json',
      '--oci-layout-path',
      project.store,
      'localhost/x:v1',
    );
    assert.deepEqual(shown(found), [JSON.stringify(['application/x.ours', 'ours', []])]);
  });
});
