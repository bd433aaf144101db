import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

for (const args of [[], ['cache'], ['index'], ['help'], ['--help']])
  test(`"kitwright ${args.join(' ')}" prints help on stdout`, async () => {
    using project = createProject({});
    const { code, stdout, stderr } = await runCli(args, { cwd: project.path });
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Usage: kitwright/);
  });

const mistakes: readonly (readonly [args: string, message: RegExp, hint: RegExp])[] = [
  ['pakc', /^Unknown command 'pakc'\.$/, /^Did you mean pack\?$/],
  ['cache cler', /^Unknown command 'cler'\.$/, /^Did you mean clear\?$/],
  ['build', /^Unknown command 'build'\.$/, /^See "kitwright --help"\.$/],
  ['pack . --compresion gzip', /^Unknown option '--compresion'\.$/, /^Did you mean --compression\?$/],
  ['pack --bogus', /^Unknown option '--bogus'\.$/, /^See "kitwright pack --help"\.$/],
  ['list --jsn', /^Unknown option '--jsn'\.$/, /^Did you mean --json\?$/],
  ['list a b', /^Too many arguments for 'list'/, /^See "kitwright list --help"\.$/],
  ['index add', /^Missing required argument 'index'\.$/, /^See "kitwright index add --help"\.$/],
  ['pack -t', /^Option '-t, --tag <reference>' argument missing\.$/, /^See/],
  ['pack . --capture all', /Allowed choices are auto/, /^See/],
];

for (const [args, message, hint] of mistakes)
  test(`"kitwright ${args}" is refused, with --json as a document`, async () => {
    using project = createProject({});
    const text = await project.run(...args.split(' '));
    assert.deepEqual([text.code, text.stdout], [2, '']);
    assert.match(text.stderr, /^\[ERROR\] usage: .*\n {2}hint: .*\n$/);
    const { code, stdout, stderr } = await project.run('--json', ...args.split(' '));
    const { v, error } = JSON.parse(stderr) as { v: number; error: { code: string; message: string; hint: string } };
    assert.deepEqual([code, stdout, v, error.code], [2, '', 1, 'usage']);
    assert.match(error.message, message);
    assert.match(error.hint, hint);
  });

test('a failure before a command begins is an error, not a stack trace', async () => {
  using project = createProject({ file: '' });
  const args = ['--config', join(project.directory, 'file', 'below'), 'version', '--show-update-notifications=false'];
  const { code, stderr } = await runCli(args, { cwd: project.path });
  assert.equal(code, 1);
  assert.match(stderr, /^\[ERROR\] store-failed: .*\n/);
  assert.doesNotMatch(stderr, /\n {4}at /);
});

const references = [
  ['layer-path-missing', 'model: {path: net.bin}\ndocs:\n  - path: nope.md\n', 3],
  ['layer-path-outside', 'docs:\n  - path: ../x\n', 2],
  ['kit-not-found', 'package: {name: x}\nmodel:\n  path: team/base:v1\n', 3],
  ['kitfile-invalid', 'modle: {}\n', 1],
] as const;

for (const [wanted, kitfile, line] of references)
  test(`${wanted} names its position in the Kitfile, also for GitHub`, async () => {
    using project = createProject({ Kitfile: `${kitfile}manifestVersion: 1.0.0\n`, 'net.bin': '1' });
    const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: project.path };
    const { stderr } = await runCli(['--config', project.home, '--json', 'pack', 'project'], {
      cwd: project.path,
      env,
    });
    const [annotation = '', document = ''] = stderr.trim().split('\n');
    assert.match(annotation, new RegExp(`^::error file=project/Kitfile,line=${line},col=\\d+,title=${wanted}::`));
    const { error } = JSON.parse(document) as { error: { source: { line: number } } };
    assert.equal(error.source.line, line);
  });

test('each kit of a run has its digest as an output of GitHub Actions', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\n',
    'kitwright.config.json': '{"kits": {"a": {"tag": "a:v1"}, "b": {"tag": "team/b:v1,v2"}}}',
  });
  const output = join(project.path, 'output');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output };
  const result = await runCli(['--config', project.home, 'pack', '--all'], { cwd: project.directory, env });
  assert.equal(result.code, 0, result.stderr);
  const [, digests = ''] = /^digests=(.*)$/m.exec(readFileSync(output, 'utf8')) ?? [];
  assert.deepEqual(Object.keys(JSON.parse(digests) as object), ['a:v1', 'team/b:v1', 'team/b:v2']);
});
