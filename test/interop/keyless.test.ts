import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { startHub } from '../../plugins/huggingface/testing/startHub.ts';
import { digestIn } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';
import { hasRekor1, hasSigstore, startSigstore } from './startSigstore.ts';

const { COSIGN3: cosign = '' } = process.env;

/** A project, a registry and all services of Sigstore. */
const createDesk = async (rekorVersion: 1 | 2 = 2) => {
  await using stack = new AsyncDisposableStack();
  const folder = temporaryFolder();
  stack.defer(() => folder[Symbol.dispose]());
  const { path } = folder;
  const sigstore = stack.use(await startSigstore(path, rekorVersion));
  const registry = stack.use(await startRegistry());
  const env = { COSIGN_PASSWORD: 'p', KITWRIGHT_PLAIN_HTTP: '1', KITWRIGHT_HOME: join(path, 'home') };
  writeFileSync(join(path, 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n');
  writeFileSync(join(path, 'net.bin'), 'weights');
  writeFileSync(join(path, 'bom.json'), '{"bomFormat":"CycloneDX","version":1}');
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    runCli(args, { cwd: path, env: { ...env, ...more } });
  const reference = `${registry.host}/team/model:v1`;
  const digest = digestIn(succeed(await run(['pack', '.', '-t', reference, '--push'])));
  const kept = stack.move();
  return {
    path,
    sigstore,
    reference,
    pinned: `${registry.host}/team/model@${digest}`,
    /** As a pipeline with a token. */
    ours: (...args: readonly string[]) => run(args, { SIGSTORE_ID_TOKEN: sigstore.issuer.token() }),
    run,
    theirs: (...args: readonly string[]) => runCli(args, { cwd: path, env, command: cosign }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};

type Desk = Awaited<ReturnType<typeof createDesk>>;

const signing = ({ sigstore }: Desk) => ['--signing-config', sigstore.signingConfig, '--yes'];
const root = ({ sigstore }: Desk) => ['--trusted-root', sigstore.trustedRoot, '--insecure-ignore-sct'];
const ann = ({ sigstore }: Desk) => [
  '--certificate-identity',
  'ann@example.com',
  '--certificate-oidc-issuer',
  sigstore.issuer.url,
];
const plain = '--allow-http-registry';

const bom = ['--predicate', 'bom.json', '--type', 'cyclonedx'];

describe('Sigstore', { skip: !hasSigstore || !cosign }, () => {
  it('an init container takes what an identity signed, and nothing of another one', async () => {
    await using desk = await createDesk();
    const { ours, run, reference, sigstore, path } = desk;
    succeed(await ours('sign', reference, ...signing(desk)));
    const variables = {
      MODELKIT_REF: reference,
      UNPACK_PATH: join(path, 'models'),
      COSIGN_CERT_IDENTITY: 'ann@example.com',
      COSIGN_CERT_OIDC_ISSUER: sigstore.issuer.url,
      COSIGN_TRUSTED_ROOT: sigstore.trustedRoot,
      COSIGN_INSECURE_IGNORE_SCT: '1',
    };
    const { stdout } = succeed(await run(['init-container'], variables));
    assert.equal((JSON.parse(stdout) as Record<string, string>)['signer'], `ann@example.com (${sigstore.issuer.url})`);
    const other = { ...variables, COSIGN_CERT_IDENTITY: 'eve@example.com', UNPACK_PATH: join(path, 'other') };
    assert.equal((await run(['init-container'], other)).code, 4);
  });

  it('we sign and attest by an identity; we verify it, and so does cosign', async () => {
    await using desk = await createDesk();
    const { ours, theirs, reference } = desk;
    const signed = succeed(await ours('--json', 'sign', reference, ...signing(desk), '-a', 'stage=release'));
    assert.doesNotMatch(signed.stdout + signed.stderr, /eyJ/, 'No token is shown.');
    const { stdout } = succeed(await ours('--json', 'verify', reference, ...root(desk), ...ann(desk)));
    const { verified, transparencyLog } = JSON.parse(stdout) as Record<string, readonly Record<string, unknown>[]>;
    assert.equal(transparencyLog, true);
    assert.deepEqual(
      verified?.map(({ signer, annotations, format }) => [signer, annotations, format]),
      [[`ann@example.com (${desk.sigstore.issuer.url})`, { stage: 'release' }, 'bundle']],
    );
    assert.match(String(verified?.[0]?.['time']), /^20\d\d-\d\d-\d\dT/);
    succeed(await theirs('verify', plain, ...root(desk), ...ann(desk), '-a', 'stage=release', reference));
    succeed(await ours('attest', reference, ...signing(desk), '--trusted-root', desk.sigstore.trustedRoot, ...bom));
    succeed(await ours('verify-attestation', reference, ...root(desk), ...ann(desk), '--type', 'cyclonedx'));
    succeed(await theirs('verify-attestation', plain, ...root(desk), ...ann(desk), '--type', 'cyclonedx', reference));
  });

  it('what we make is signed by an identity: by pack, push and watch, before it has its tags at a registry', async () => {
    await using desk = await createDesk();
    const { ours, theirs, path, reference, sigstore } = desk;
    const [host] = reference.split('/');
    const flags = [...signing(desk), '--trusted-root', sigstore.trustedRoot];
    const [packed, pushed, watched] = ['packed', 'pushed', 'watched'].map((name) => `${host}/team/${name}:v1`) as [
      string,
      string,
      string,
    ];
    succeed(await ours('pack', '.', '-t', packed, '--attest', '--push', ...flags, '--sign'));
    succeed(await ours('pack', '.', '-t', pushed));
    succeed(await ours('push', pushed, '--sign', ...flags));
    const training = ['sh', '-c', 'printf more >> net.bin'];
    succeed(
      await ours('watch', '.', '-t', 'watched', '--push', watched, '--sign', ...flags, '--attest', '--', ...training),
    );
    for (const each of [packed, pushed, watched]) {
      succeed(await ours('verify', each, ...root(desk), ...ann(desk)));
      succeed(await theirs('verify', plain, ...root(desk), ...ann(desk), each));
    }
    for (const each of [packed, watched])
      succeed(await ours('verify-attestation', each, ...root(desk), ...ann(desk), '--type', 'slsaprovenance1'));
    assert.match(succeed(await ours('discover', packed, '--tree')).stdout, /sigstore/);
    writeFileSync(join(path, 'token'), sigstore.issuer.token());
    const fromFile = ['pack', '.', '-t', packed, '--sign', ...flags, '--identity-token', 'token'];
    succeed(await desk.run(fromFile));
  });

  it('and by import and amend, whose kits are other ones than they were made from', async () => {
    await using desk = await createDesk();
    await using hub = await startHub({
      repository: 'Org/Net',
      files: { 'model.bin': 'weights', 'README.md': '# Net' },
    });
    const { run, theirs, path, reference, sigstore } = desk;
    const [imported, amended] = ['imported', 'amended'].map((name) => reference.replace('/model:', `/${name}:`)) as [
      string,
      string,
    ];
    const flags = [...signing(desk), '--trusted-root', sigstore.trustedRoot];
    const env = { HF_ENDPOINT: hub.url, SIGSTORE_ID_TOKEN: sigstore.issuer.token() };
    succeed(await run(['import', 'Org/Net', '-t', imported, '--attest', ...flags, '--sign'], env));
    succeed(await run(['push', imported]));
    writeFileSync(join(path, 'CARD.md'), '# Card');
    succeed(await run(['amend', reference, '-f', 'CARD.md', '-t', amended, ...flags, '--sign'], env));
    for (const each of [imported, amended]) {
      succeed(await run(['verify', each, ...root(desk), ...ann(desk)]));
      succeed(await theirs('verify', plain, ...root(desk), ...ann(desk), each));
    }
    const ofProvenance = [...root(desk), ...ann(desk), '--type', 'slsaprovenance1'];
    succeed(await run(['verify-attestation', imported, ...ofProvenance]));
    succeed(await theirs('verify-attestation', plain, ...ofProvenance, imported));
    assert.equal((await run(['verify', reference, ...root(desk), ...ann(desk)])).code, 4);
  });

  it('cosign signs and attests by an identity, and we verify it', async () => {
    await using desk = await createDesk();
    const { ours, theirs, reference, pinned, sigstore } = desk;
    const token = join(desk.path, 'token');
    writeFileSync(token, sigstore.issuer.token());
    const flags = [plain, '--identity-token', token, '--trusted-root', sigstore.trustedRoot, ...signing(desk)];
    succeed(await theirs('sign', ...flags, '-a', 'stage=release', pinned));
    succeed(await theirs('attest', ...flags, ...bom, pinned));
    succeed(await ours('verify', reference, ...root(desk), ...ann(desk), '-a', 'stage=release'));
    succeed(await ours('verify-attestation', reference, ...root(desk), ...ann(desk), '--type', 'cyclonedx'));
  });

  it('another identity, issuer or root is refused with the reason', async () => {
    await using desk = await createDesk();
    const { ours, reference, sigstore } = desk;
    succeed(await ours('sign', reference, ...signing(desk)));
    const issuer = ['--certificate-oidc-issuer', sigstore.issuer.url];
    const refuses = async (args: readonly string[], reason: RegExp) => {
      const { code, stderr } = await ours('verify', reference, ...args);
      assert.equal(code, 4, stderr);
      assert.match(stderr, reason);
    };
    await refuses(
      [...root(desk), ...issuer, '--certificate-identity', 'bob@example.com'],
      /by "ann@example.com", not by "bob/,
    );
    const suffix = ['--certificate-identity-regexp', 'ann@example'];
    await refuses([...root(desk), ...issuer, ...suffix], /not by what matches/);
    const elsewhere = ['--certificate-identity', 'ann@example.com', '--certificate-oidc-issuer', 'https://example.org'];
    await refuses([...root(desk), ...elsewhere], /vouched for by/);
    await refuses(['--trusted-root', sigstore.trustedRoot, ...ann(desk)], /SCT/);
    succeed(
      await ours('verify', reference, ...root(desk), ...issuer, '--certificate-identity-regexp', '.*@example\\.com'),
    );
  });

  it('with a key and a trusted root the log must have the signature, as cosign enters it', async () => {
    await using desk = await createDesk();
    const { path, ours, theirs, reference, pinned, sigstore } = desk;
    succeed(await ours('generate-key-pair'));
    const verify = ['verify', reference, '--key', 'cosign.pub', '--format', 'bundle'];
    succeed(await ours('sign', reference, '--key', 'cosign.key'));
    succeed(await ours(...verify));
    const { code, stderr } = await ours(...verify, '--trusted-root', sigstore.trustedRoot);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /log/);
    const flags = [plain, '--key', join(path, 'cosign.key'), ...signing(desk)];
    succeed(await theirs('sign', ...flags, '--trusted-root', sigstore.trustedRoot, pinned));
    const { stdout } = succeed(await ours('--json', ...verify, '--trusted-root', sigstore.trustedRoot));
    assert.equal((JSON.parse(stdout) as { readonly transparencyLog: boolean }).transparencyLog, true);
  });

  it('a rule of a config takes identities', async () => {
    await using desk = await createDesk();
    const { ours, run, reference, sigstore } = desk;
    const rule = (subject: string) => ({
      match: '**',
      identities: [{ issuer: sigstore.issuer.url, subject }],
      trustedRoot: '../trusted_root.json',
      options: { 'insecure-ignore-sct': 'true' },
    });
    const write = (subject: string) =>
      writeFileSync(join(desk.path, 'home', 'config.json'), JSON.stringify({ verify: [rule(subject)] }));
    write('ann@example.com');
    assert.equal((await run(['pull', reference])).code, 4);
    succeed(await ours('sign', reference, ...signing(desk)));
    succeed(await run(['pull', reference]));
    write('bob@example.com');
    const { code, stderr } = await run(['unpack', reference, '-d', 'out']);
    assert.equal(code, 4);
    assert.match(stderr, /policy-refused.*ann@example.com/s);
  });

  it('a job of GitHub needs nothing but its variables', async () => {
    await using desk = await createDesk();
    const { url } = desk.sigstore.issuer;
    const job = { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job', CI: '1' };
    succeed(await desk.run(['sign', desk.reference, ...signing(desk)], job));
    const identity = ['--certificate-identity', 'job@example.com', '--certificate-oidc-issuer', url];
    succeed(await desk.run(['verify', desk.reference, ...root(desk), ...identity]));
  });

  it('signing in public is asked for, and needs an identity', async () => {
    await using desk = await createDesk();
    const config = ['--signing-config', desk.sigstore.signingConfig];
    const silent = await desk.ours('sign', desk.reference, ...config);
    assert.equal(silent.code, 2);
    assert.match(silent.stderr, /public log/);
    const nobody = await desk.run(['sign', desk.reference, ...config, '--yes']);
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /no identity token/);
    assert.equal((await desk.ours('sign', desk.reference, ...config, '--yes', '--tlog-upload=false')).code, 2);
  });
});

describe('Rekor 1', { skip: !hasRekor1 || !cosign }, () => {
  it('has what we sign and attest; we verify it, and so does cosign', async () => {
    await using desk = await createDesk(1);
    const { ours, theirs, reference, sigstore } = desk;
    const flags = [...signing(desk), '--trusted-root', sigstore.trustedRoot];
    succeed(await ours('sign', reference, ...flags, '-a', 'stage=release'));
    succeed(await ours('attest', reference, ...flags, ...bom));
    succeed(await ours('verify', reference, ...root(desk), ...ann(desk), '-a', 'stage=release'));
    succeed(await theirs('verify', plain, ...root(desk), ...ann(desk), '-a', 'stage=release', reference));
    for (const run of [ours, (verb: string, ...args: readonly string[]) => theirs(verb, plain, ...args)])
      succeed(await run('verify-attestation', ...root(desk), ...ann(desk), '--type', 'cyclonedx', reference));
  });

  it('says itself when a signature was made, where no timestamp authority is named', async () => {
    await using desk = await createDesk(1);
    const { ours, theirs, reference, sigstore } = desk;
    const services = ['--fulcio-url', sigstore.urls.fulcio, '--rekor-url', sigstore.urls.rekor, '--yes'];
    succeed(await ours('sign', reference, ...services, '--trusted-root', sigstore.trustedRoot));
    const { stdout } = succeed(await ours('--json', 'verify', reference, ...root(desk), ...ann(desk)));
    const { verified } = JSON.parse(stdout) as { readonly verified: readonly { readonly time: string }[] };
    assert.match(verified[0]?.time ?? '', /^20\d\d-.*\.000Z$/);
    succeed(await theirs('verify', plain, ...root(desk), ...ann(desk), reference));
  });

  it('has what cosign signs, in both forms, and we verify it', async () => {
    await using desk = await createDesk(1);
    const { ours, theirs, reference, pinned, sigstore, path } = desk;
    writeFileSync(join(path, 'token'), sigstore.issuer.token());
    const flags = [plain, '--identity-token', 'token', '--trusted-root', sigstore.trustedRoot];
    succeed(await theirs('sign', ...flags, ...signing(desk), pinned));
    const services = ['--fulcio-url', sigstore.urls.fulcio, '--rekor-url', sigstore.urls.rekor, '--yes'];
    const legacy = [...services, '--use-signing-config=false', '--new-bundle-format=false', '--insecure-skip-verify'];
    succeed(await theirs('sign', plain, '--identity-token', 'token', ...legacy, pinned));
    const { stdout } = succeed(await ours('--json', 'verify', reference, ...root(desk), ...ann(desk)));
    const { verified } = JSON.parse(stdout) as { readonly verified: readonly { readonly format: string }[] };
    assert.deepEqual(verified.map(({ format }) => format).sort(), ['bundle', 'legacy']);
    const eve = ['--certificate-identity', 'eve@example.com', '--certificate-oidc-issuer', sigstore.issuer.url];
    assert.equal((await ours('verify', reference, ...root(desk), ...eve)).code, 4);
  });
});
