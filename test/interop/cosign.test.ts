import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeKmsProgram } from '../../plugins/cosign/testing/kmsProgram.ts';
import { digestIn } from '../support/project.ts';
import { type CliResult, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { emptyRoot, succeed } from './peer.ts';
import { registries } from './registries.ts';

const { COSIGN2: cosign2 = '', COSIGN3: cosign3 = '' } = process.env;

const password = 'päss "wörd"';

/** A folder with a project, a key of cosign and a key of ours, and both programs in it. */
const createDesk = async () => {
  const folder = temporaryFolder();
  const { path } = folder;
  const [bin, pem] = [writeKmsProgram(path), { format: 'pem', type: 'pkcs8' } as const];
  writeFileSync(join(path, 'release.pem'), generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem));
  const env = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    COSIGN_PASSWORD: password,
    KITWRIGHT_PLAIN_HTTP: '1',
    KITWRIGHT_HOME: join(path, 'home'),
  };
  const ours = (...args: readonly string[]) => runCli(args, { cwd: path, env });
  const cosign =
    (command: string) =>
    (verb: string, ...args: readonly string[]): Promise<CliResult> =>
      runCli([verb, ...args], { cwd: path, env, command });
  writeFileSync(join(path, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n');
  writeFileSync(join(path, 'net.bin'), 'weights');
  writeFileSync(join(path, 'root.json'), emptyRoot);
  writeFileSync(join(path, 'bom.json'), '{"bomFormat":"CycloneDX","version":1}');
  const three = cosign(cosign3);
  succeed(await three('generate-key-pair', '--output-key-prefix', 'theirs'));
  succeed(await ours('generate-key-pair', '--output-key-prefix', 'ours'));
  return { path, ours, two: cosign(cosign2), three, [Symbol.dispose]: () => folder[Symbol.dispose]() };
};

type Desk = Awaited<ReturnType<typeof createDesk>>;

const pack = async ({ ours }: Desk, reference: string) =>
  digestIn(succeed(await ours('pack', '.', '-t', reference, '--push')));

/** Nothing is uploaded to a log, and none is asked. */
const here = ['--allow-http-registry', '--insecure-ignore-tlog'];
const here2 = [...here, '--trusted-root', 'root.json'];
const signing = ['--allow-http-registry', '--tlog-upload=false', '--yes'];
const signing3 = [...signing, '--use-signing-config=false'];

/** Both versions, each with the flags with which it verifies here. */
const both = ({ two, three }: Desk) =>
  [
    [two, here2],
    [three, here],
  ] as const;

const verifiedIn = ({ stdout }: CliResult) =>
  (JSON.parse(stdout) as { readonly verified: readonly Readonly<Record<string, unknown>>[] }).verified;

const facts = (result: CliResult) =>
  verifiedIn(succeed(result)).map(({ format, annotations, predicate }) => [format, annotations, predicate]);

const bom = { bomFormat: 'CycloneDX', version: 1 };
const stage = { stage: 'release' };

describe('cosign', { skip: !cosign2 || !cosign3 }, () => {
  for (const [name, isHere, start] of registries)
    describe(name, { skip: !isHere }, () => {
      it('verifies what we signed and attested, with keys of either tool', async () => {
        using desk = await createDesk();
        await using registry = await start(desk);
        for (const key of ['ours', 'theirs']) {
          const reference = `${registry.host}/${key}/model:v1`;
          await pack(desk, reference);
          const pub = ['--key', `${key}.pub`];
          succeed(await desk.ours('sign', reference, '--key', `${key}.key`, '-a', 'stage=release'));
          // What is signed in a bundle with -a, cosign 2.6 does not show.
          for (const [cosign, flags] of both(desk)) {
            const shown = succeed(await cosign('verify', reference, ...pub, ...flags, '-a', 'stage=release')).stdout;
            assert.equal(/release/.test(shown), cosign === desk.three);
          }
          const statement = ['--predicate', 'bom.json', '--type', 'cyclonedx'];
          succeed(await desk.ours('attest', reference, '--key', `${key}.key`, ...statement));
          for (const [cosign, flags] of both(desk)) {
            succeed(await cosign('verify-attestation', reference, ...pub, ...flags, '--type', 'cyclonedx'));
            assert.notEqual(
              (await cosign('verify-attestation', reference, ...pub, ...flags, '--type', 'vuln')).code,
              0,
            );
          }
        }
      });

      it('signs and attests what we verify, in both forms', async () => {
        using desk = await createDesk();
        await using registry = await start(desk);
        const reference = `${registry.host}/team/model:v1`;
        const pinned = `${registry.host}/team/model@${await pack(desk, reference)}`;
        const key = ['--key', 'ours.key'];
        succeed(await desk.three('sign', ...key, ...signing3, '-a', 'stage=release', pinned));
        const verify = ['--json', 'verify', reference, '--key', 'ours.pub'];
        assert.deepEqual(facts(await desk.ours(...verify)), [['bundle', stage, undefined]]);
        succeed(await desk.two('sign', ...key, ...signing, '-a', 'stage=release', pinned));
        assert.deepEqual(facts(await desk.ours(...verify)), [
          ['bundle', stage, undefined],
          ['legacy', stage, undefined],
        ]);
        const statement = ['--predicate', 'bom.json', '--type', 'cyclonedx'];
        succeed(await desk.three('attest', ...key, ...signing3, ...statement, pinned));
        succeed(await desk.two('attest', ...key, ...signing, ...statement, pinned));
        const attestation = ['--json', 'verify-attestation', reference, '--key', 'ours.pub', '--type', 'cyclonedx'];
        assert.deepEqual(facts(await desk.ours(...attestation)), [
          ['bundle', {}, bom],
          ['legacy', {}, bom],
        ]);
      });
    });

  const [, , start] = registries.at(-1) ?? assert.fail('There is no registry.');

  it('reads each form alone, and adds its signature to ours', async () => {
    using desk = await createDesk();
    await using registry = await start(desk);
    const reference = (name: string) => `${registry.host}/${name}/model:v1`;
    for (const format of ['bundle', 'legacy']) {
      const digest = await pack(desk, reference(format));
      succeed(await desk.ours('sign', reference(format), '--key', 'ours.key', '--format', format));
      succeed(await desk.three('verify', reference(format), '--key', 'ours.pub', ...here));
      succeed(await desk.two('verify', reference(format), '--key', 'ours.pub', ...here2));
      succeed(await desk.two('sign', '--key', 'theirs.key', ...signing, `${registry.host}/${format}/model@${digest}`));
      // Where there is a bundle, cosign 2.6 and 3 do not look at the tag.
      for (const key of ['ours', 'theirs'].slice(0, format === 'legacy' ? 2 : 1))
        succeed(await desk.two('verify', reference(format), '--key', `${key}.pub`, ...here2));
      for (const key of ['ours', 'theirs'])
        succeed(await desk.ours('verify', reference(format), '--key', `${key}.pub`));
    }
  });

  it('and we refuse with status 4 what is not signed with the key, or only attested', async () => {
    using desk = await createDesk();
    await using registry = await start(desk);
    const reference = `${registry.host}/team/model:v1`;
    const pinned = `${registry.host}/team/model@${await pack(desk, reference)}`;
    const statement = ['--predicate', 'bom.json', '--type', 'cyclonedx'];
    succeed(await desk.three('attest', '--key', 'theirs.key', ...signing3, ...statement, pinned));
    const attested = await desk.ours('verify', reference, '--key', 'theirs.pub');
    assert.equal(attested.code, 4, 'An attestation is no signature.');
    succeed(await desk.three('sign', '--key', 'theirs.key', ...signing3, pinned));
    succeed(await desk.ours('verify', reference, '--key', 'theirs.pub'));
    assert.equal((await desk.ours('verify', reference, '--key', 'ours.pub')).code, 4);
    assert.equal((await desk.ours('verify', reference, '--key', 'theirs.pub', '--format', 'legacy')).code, 4);
    assert.equal((await desk.ours('verify', reference, '--key', 'theirs.pub', '-a', 'stage=release')).code, 4);
  });

  it('uses the same key in a service, by the same program', async () => {
    using desk = await createDesk();
    await using registry = await start(desk);
    const [mine, its] = [`${registry.host}/mine/model:v1`, `${registry.host}/its/model:v1`];
    await pack(desk, mine);
    succeed(await desk.ours('sign', mine, '--key', 'test://release'));
    succeed(await desk.ours('public-key', '--key', 'test://release', '--outfile', 'service.pub'));
    succeed(await desk.three('verify', mine, '--key', 'service.pub', ...here));
    const pinned = `${registry.host}/its/model@${await pack(desk, its)}`;
    succeed(await desk.three('sign', '--key', 'test://release', ...signing3, pinned));
    succeed(await desk.ours('verify', its, '--key', 'test://release'));
    assert.equal((await desk.ours('verify', its, '--key', 'ours.pub')).code, 4);
  });

  it('verifies a kit that was signed in our store, went through an archive, and was pushed elsewhere', async () => {
    using desk = await createDesk();
    await using registry = await start(desk);
    succeed(await desk.ours('pack', '.', '-t', 'model:v1', '--sign', 'ours.key'));
    succeed(await desk.ours('copy', 'model:v1', 'archive:model.tar:v1'));
    const reference = `${registry.host}/team/model:v1`;
    succeed(await desk.ours('copy', 'archive:model.tar:v1', reference));
    for (const [cosign, flags] of both(desk)) succeed(await cosign('verify', reference, '--key', 'ours.pub', ...flags));
  });
});
