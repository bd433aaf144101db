import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { commandLoaders } from '../../core/cli/commands.ts';
import { startHub } from '../../plugins/huggingface/testing/startHub.ts';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

type Document = Readonly<Record<string, unknown>>;

/** Each command, and fields that its document must have. `@` is a registry. */
const cases: readonly (readonly [args: string, names: Document])[] = [
  ['import Org/Net', { reference: 'org/net:latest' }],
  ['init project -o new.yaml', { path: 'new.yaml' }],
  ['pack project -t x:v1,v2', { names: ['x:v1', 'x:v2'] }],
  ['pack project', { names: [] }],
  ['pack project --dry-run -t x', { names: ['x:latest'] }],
  ['pack project -t x:v1 --check', { names: ['x:v1'], upToDate: true }],
  ['pack project -t @/x:v1 --push', { names: ['@/x:v1'] }],
  ['tag x:v1 @/x:v3', { source: 'localhost/x:v1', target: '@/x:v3' }],
  ['push @/x:v3', { target: '@/x:v3' }],
  ['pull @/x:v3', { reference: '@/x:v3', tags: ['v3'] }],
  ['storage-initializer kit://@/x:v3 delivered', {}],
  ['kubernetes @/x:v3 --for init', { reference: '@/x:v3', for: 'init' }],
  ['amend x:v1 --description new -t y:v2', { source: 'x:v1', target: 'y:v2', signed: false }],
  ['copy x:v1 archive:x.tar', { source: 'x:v1', target: 'archive:x.tar' }],
  ['save x:v1 @/x:v3 -o kits.tar', { archive: 'kits.tar' }],
  ['load kits.tar', { archive: 'kits.tar' }],
  ['image x:v1 --type modelcar -t oci:images:car', { reference: 'x:v1', type: 'modelcar', target: 'oci:images:car' }],
  ['image x:v1 --dry-run', { reference: 'x:v1', type: 'view', dryRun: true }],
  ['mirror project/mirror.yaml', { from: 'store:', to: 'archive:mirrored.tar' }],
  ['targets', {}],
  [
    'attach x:v1 project/net.bin:text/plain --artifact-type text/plain',
    { reference: 'x:v1', artifactType: 'text/plain' },
  ],
  ['discover x:v1', { reference: 'x:v1' }],
  ['generate-key-pair', { privateKey: 'cosign.key', publicKey: 'cosign.pub' }],
  ['public-key --key cosign.key', {}],
  ['sign x:v1 --key cosign.key', { reference: 'x:v1', transparencyLog: false }],
  ['verify x:v1 --key cosign.pub', { reference: 'x:v1', rejected: [] }],
  ['pin x:v1', { file: 'kit-lock.json' }],
  ['attest x:v1 --key cosign.key --predicate project/Kitfile', { reference: 'x:v1', transparencyLog: false }],
  ['verify-attestation x:v1 --key cosign.pub', { reference: 'x:v1', rejected: [] }],
  ['inspect x:v1 --referrers', { cliVersion: '0.1.0' }],
  ['list --referrers', {}],
  ['detach x:v1 --all', { reference: 'x:v1' }],
  ['push x:v1 archive:y.tar:v1', { target: 'archive:y.tar:v1' }],
  ['pull archive:y.tar:v1', { reference: 'y:v1', tags: ['v1'] }],
  ['info archive:y.tar:v1', { reference: 'archive:y.tar:v1' }],
  ['info x:v1', { reference: 'localhost/x:v1' }],
  ['info x:v1 -f package.name', { reference: 'localhost/x:v1', filter: 'package.name', value: 'net' }],
  ['inspect x:v1', { cliVersion: '0.1.0' }],
  ['list', {}],
  ['diff x:v1 x:v2', { identical: true }],
  ['unpack x:v1 -d out', { reference: 'localhost/x:v1' }],
  ['resolve x:v1', { reference: 'localhost/x:v1', format: null }],
  ['restore x:v1 -d restored', { reference: 'localhost/x:v1', step: null, checkpoint: null }],
  ['runs', { runs: [] }],
  ['info x:v1 --run', { reference: 'localhost/x:v1', fields: {}, step: null, metrics: {} }],
  ['unpack x:v1 -d out -i --as-skill=claude-code', {}],
  ['index create x:all', {}],
  ['index add x:all x:v1 -l bits:=12345678901234567890', {}],
  ['index info x:all', { index: 'x:all' }],
  ['index inspect x:all', {}],
  ['index list', {}],
  ['index remove x:all x:v1', {}],
  ['index delete x:all', {}],
  ['remove x:v2', { untagged: [], failures: [] }],
  ['remove @/x:v3 -r', {}],
  ['remove --all', { untagged: [] }],
  ['login @ -u me -p secret', { registry: '@', verified: false }],
  ['logout @', { registry: '@' }],
  ['cache info', {}],
  ['cache clear', {}],
  ['config print', { file: null }],
  ['trust --list', { files: [] }],
  ['plugins', {}],
  ['plugins lock', { locks: [] }],
  ['store path', {}],
  ['store gc', {}],
  ['store check', { findings: [] }],
  ['doctor', {}],
  ['explain usage', { code: 'usage' }],
  ['schema kitfile', {}],
  ['schema config', {}],
  ['skill --agents claude-code -d .', { name: 'kitwright' }],
  ['version', { Version: '0.1.0' }],
];

/** These write a program for a shell, a stream of events and a page, or need a plugin or variables; each has its own test. */
const others = ['completion', 'watch', 'report', 'export', 'init-container'];

test('with --json each command prints one document with the relevant names', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\npackage: {name: net}\nmodel: {path: net.bin}\nprompts: [{path: a/SKILL.md}]\n',
    'net.bin': 'weights',
    'mirror.yaml': 'from: "store:"\nto: archive:mirrored.tar\nkits: [{repository: x}]\n',
    'a/SKILL.md': '---\nname: a\n---\n',
  });
  await using registry = await startRegistry();
  await using hub = await startHub({ repository: 'Org/Net', files: { 'config.json': '{}' } });
  const env = { HF_ENDPOINT: hub.url, CI: 'true', KITWRIGHT_PLAIN_HTTP: '1', COSIGN_PASSWORD: '' };
  for (const [command, named] of cases) {
    const args = command.replaceAll('@', registry.host).split(' ');
    const result = await runHosted(['--json', '--config', project.home, ...args], { cwd: project.path, env });
    assert.equal(result.code, 0, `${command}: ${result.stderr}`);
    const document = JSON.parse(result.stdout) as Document;
    const wanted = JSON.parse(JSON.stringify(named).replaceAll('@', registry.host)) as Document;
    const about = Object.fromEntries(Object.keys(wanted).map((key) => [key, document[key]]));
    assert.deepEqual(about, wanted, command);
  }
});

test('no command is missing in the table', () => {
  const tried = new Set(cases.map(([command]) => command.split(' ')[0]));
  assert.deepEqual(
    Object.keys(commandLoaders).filter((name) => !tried.has(name) && !others.includes(name)),
    [],
  );
});

test('integers of 64 bits keep their digits', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: a, parameters: {n: 12345678901234567}}\n',
    a: '1',
  });
  await project.run('pack', 'project', '-t', 'x:v1');
  assert.match((await project.run('--json', 'info', 'x:v1')).stdout, /"n":12345678901234567}/);
});
