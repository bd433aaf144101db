import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { addFiles, hasRun, hostileConfigs } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

const skip = process.env['SCRIPT'] ? false : 'script(1) is not here';

const hostile = 'evil \u001b[31mred\u001b]0;title\u0007';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The output on a terminal, which script(1) makes. `typed` is the input of the user. */
const onTerminal = (
  project: Project,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  typed = '',
): string => {
  const command = [nodePath, cliPath, '--config', project.home, ...args].map(quoted).join(' ');
  const settings = {
    PATH: process.env['PATH'] ?? '',
    HOME: project.path,
    TERM: 'xterm',
    NO_UPDATE_NOTIFIER: '1',
    ...env,
  };
  return execFileSync('script', ['-qec', command, '/dev/null'], {
    cwd: project.path,
    env: settings,
    encoding: 'utf8',
    input: typed,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
};

/** The words of a question, however its lines are broken. */
const withoutLayout = (seen: string): string => seen.replace(/\u001b\[[\d;?]*[a-zA-Z]|[│\s]/g, '');

/** A kit with control characters in each field that an attacker can set. */
const createHostile = async (): Promise<Project> => {
  const json = JSON.stringify(hostile);
  const project = createProject({
    Kitfile: `manifestVersion: 1.0.0\npackage: {name: ${json}, authors: [${json}]}\ncode: [{path: ${JSON.stringify('a\u001b[31m')}}]\n`,
    'a\u001b[31m/x\u0007y': '1',
  });
  const { code, stderr } = await project.run('pack', 'project', '-t', 'x:v1');
  assert.equal(code, 0, stderr);
  return project;
};

test('control characters of a kit are escaped before a terminal sees them', { skip }, async () => {
  using project = await createHostile();
  for (const args of [
    ['list'],
    ['info', 'x:v1'],
    ['inspect', 'x:v1'],
    ['unpack', 'x:v1', '-d', 'out', '-o'],
    ['diff', 'x:v1', 'x:v1', '--files'],
    ['pack', 'project', '--dry-run'],
  ]) {
    const seen = onTerminal(project, { CI: '1' }, args);
    assert.doesNotMatch(seen, /\u001b|\u0007/, args.join(' '));
  }
  assert.match(onTerminal(project, {}, ['list']), /evil \\u001b\[31mred/);
});

test('results in a pipe are exact', async () => {
  using project = await createHostile();
  const { stdout } = await project.run('list', '--format', '{{.ModelName}}');
  assert.equal(stdout, `${hostile}\n`);
});

test('TERM=dumb gets no cursor codes, NO_COLOR no colours', { skip }, async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n',
    a: 'a',
  });
  for (const env of [{ TERM: 'dumb' }, { CI: 'true' }, { GITHUB_ACTIONS: 'true' }])
    assert.doesNotMatch(onTerminal(project, env, ['pack', 'project', '-t', 'x:v1']), /\u001b/);
  assert.doesNotMatch(onTerminal(project, { NO_COLOR: '1', CI: '1' }, ['doctor']), /\u001b\[3/);
});

test('on a terminal the code of a config runs after a yes, which is asked for once; a no is an error', { skip }, () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'a' });
  addFiles(project.path, hostileConfigs['a module'] ?? assert.fail());
  const pack = (typed: string) => onTerminal(project, {}, ['pack', 'project', '-t', 'x:v1'], typed);
  const [no, nothing] = ['n\n', '\u0004'];
  assert.throws(() => pack(no), { status: 2 });
  assert.throws(() => pack(nothing), { status: 130 });
  assert.ok(!hasRun(project.path));
  assert.match(withoutLayout(pack('y\n')), /kitwright\.config\.mjsisaprogram\.Doyoutrustwhowroteit\?/);
  assert.ok(hasRun(project.path));
  assert.doesNotMatch(withoutLayout(pack('')), /Doyoutrust/);
});

test('Ctrl-D at a question cancels, as Ctrl-C does', { skip }, () => {
  using project = createProject({ a: 'a' });
  for (const args of [
    ['init', 'project'],
    ['login', 'localhost:1'],
  ])
    assert.throws(() => onTerminal(project, {}, args, '\u0004'), { status: 130 }, args.join(' '));
});

test('a training keeps its terminal: its lines and bars are whole, kits have one short line each', {
  skip,
}, async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/w': '1' });
  // A bar without a line end, then a file that makes a kit, and lines; as long as the kits take.
  const training = `
    const { existsSync, readdirSync, writeFileSync } = require('node:fs');
    let n = 0;
    const next = () => {
      process.stdout.write('\\r' + String(n) + ' of 60 |####|');
      writeFileSync('project/m/w' + n, Buffer.alloc(300000, n));
      console.log('\\nline ' + n);
      if (++n < 60) setTimeout(next, 20);
    };
    next();
  `;
  const seen = onTerminal(project, { CI: '' }, [
    ...['watch', 'project', '-t', 'run', '--tag-template', 'run-{n}', '--quiet', '50', '--'],
    ...[nodePath, '-e', training],
  ]);
  assert.doesNotMatch(seen, /\u001b/, 'no cursor is moved');
  const lines = seen.split(/\r?\n/);
  for (let n = 0; n < 60; n++) {
    assert.ok(lines.includes(`line ${n}`), `line ${n}`);
    assert.ok(seen.includes(`\r${n} of 60 |####|`), `bar ${n}`);
  }
  const kits = lines.filter((line) => line.includes('kit '));
  assert.ok(kits.length >= 2, seen);
  for (const line of kits) assert.match(line, /^kit \d+ {2}\d.* hashed {2}\d+\.\d\d s {2}-> run-\d+$/);
});

/** A program that notes its argument and the page to which that leads, and ends who started it. */
const program = (note: string) => `#!/bin/sh
printf %s "$1" >'${note}'
cat "\${1#file://}" >'${note}.html'
kill -TERM $PPID
`;

test('the browser is opened by an absolute path, and no user of the machine reads the token of the page', {
  skip,
}, async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'a' });
  const [bin, note] = [join(project.path, 'bin'), (name: string) => join(project.path, name)];
  mkdirSync(bin);
  for (const [path, name] of [
    [join(project.path, 'xdg-open'), 'theirs'],
    [join(bin, 'xdg-open'), 'ours'],
  ] as const) {
    writeFileSync(path, program(note(name)));
    chmodSync(path, 0o755);
  }
  const command = [nodePath, cliPath, '--config', project.home, 'watch', 'project', '-t', 'x:v1'].map(quoted).join(' ');
  const path = ['.', '', bin, ...(process.env['PATH'] ?? '').split(delimiter)].join(delimiter);
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: project.path,
    env: { PATH: path, HOME: project.path, TERM: 'xterm', NO_UPDATE_NOTIFIER: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => child.stdin.write('o'));
  await once(child.stdout.resume(), 'close');
  child.stdin.end();
  assert.ok(!existsSync(note('theirs')));
  const [, token = ''] =
    /url=http:\/\/127\.0\.0\.1:\d+\/([0-9a-f]{32})\//.exec(readFileSync(note('ours.html'), 'utf8')) ?? [];
  assert.notEqual(token, '');
  assert.doesNotMatch(readFileSync(note('ours'), 'utf8'), new RegExp(token));
});
