import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';
import { cliPath } from '../support/runCli.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/w': '1' };

/** A script for sh, in which `$KW` is the installed command, and `$NODE` a Node. */
const runScript = (project: Project, script: string) => {
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: project.path,
    KW: `${cliPath} --config ${project.home}`,
    NODE: process.execPath,
  };
  // In a new session without a terminal.
  const child = spawn('sh', ['-c', script], {
    cwd: project.path,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator](), ended: endOf(child) };
};

const endOf = (child: ChildProcess) => {
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  return new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stderr })),
  );
};

/** A training that prints the signals that reach it; the last of them ends it. */
const listening = `
  for (const name of ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGCONT', 'SIGTSTP', 'SIGWINCH', 'SIGQUIT', 'SIGINT', 'SIGTERM'])
    process.on(name, () => { console.log(name); if (name === 'SIGTERM') process.exit(7); });
  setInterval(() => undefined, 1000);
  console.log('up');
`;

test('the signals that reach a watch reach its training, and no port for a debugger opens', async () => {
  using project = createProject({ ...files, 'train.js': listening });
  const { child, lines, ended } = runScript(project, 'exec $KW watch project -t run -- $NODE project/train.js');
  assert.equal((await lines.next()).value, 'up');
  for (const signal of [
    'SIGUSR1',
    'SIGUSR2',
    'SIGCONT',
    'SIGTSTP',
    'SIGWINCH',
    'SIGQUIT',
    'SIGHUP',
    'SIGTERM',
  ] as const) {
    child.kill(signal);
    assert.equal((await lines.next()).value, signal);
  }
  const { code, stderr } = await ended;
  assert.equal(code, 7, stderr);
  assert.doesNotMatch(stderr, /Debugger/);
});

for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1'] as const) {
  const name = signal.slice(3);
  test(`${signal}, if it is ignored when the watch starts, is ignored by it and by its training`, async () => {
    using project = createProject(files);
    const training = `echo up; while [ ! -e go ]; do sleep 0.05; done; kill -${name} $$; echo alive`;
    const { child, lines, ended } = runScript(
      project,
      `trap '' ${name}; exec $KW watch project -t run --on-kit 'kill -${name} $$; echo alive >> kits' -- sh -c '${training}'`,
    );
    assert.equal((await lines.next()).value, 'up');
    child.kill(signal);
    writeFileSync(join(project.path, 'go'), '');
    assert.equal((await lines.next()).value, 'alive');
    const { code, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.match(readFileSync(join(project.path, 'kits'), 'utf8'), /^alive\n/);
  });
}

test('a background job of a script ignores the interrupt of the terminal', async () => {
  using project = createProject(files);
  const training = 'echo up; while [ ! -e go ]; do sleep 0.05; done; echo alive';
  const { lines, ended } = runScript(project, `$KW watch project -t run -- sh -c '${training}' & echo $!; wait $!`);
  const pid = Number((await lines.next()).value);
  assert.equal((await lines.next()).value, 'up');
  process.kill(pid, 'SIGINT');
  process.kill(pid, 'SIGQUIT');
  writeFileSync(join(project.path, 'go'), '');
  assert.equal((await lines.next()).value, 'alive');
  assert.equal((await ended).code, 0);
});

test('a watch without a command, in the background of a script, ends when the script sends SIGINT', async () => {
  using project = createProject(files);
  const { lines, ended } = runScript(project, '$KW watch project -t run --quiet 0 & echo $!; wait $!; echo ended $?');
  const pid = Number((await lines.next()).value);
  assert.match(String((await lines.next()).value), /^kit 1 /);
  process.kill(pid, 'SIGINT');
  assert.equal((await lines.next()).value, 'ended 0');
  assert.equal((await ended).code, 0);
});

test('a signal to the process and to its group, as timeout sends it, does not kill the training', async () => {
  using project = createProject(files);
  const script = `process.on('SIGTERM', () => setTimeout(() => process.exit(9), 100)); setInterval(() => {}, 1000); console.log('up')`;
  project.write({ 'train.js': script });
  const { child, lines, ended } = runScript(project, 'exec $KW watch project -t run -- $NODE project/train.js');
  assert.equal((await lines.next()).value, 'up');
  child.kill('SIGTERM');
  child.kill('SIGTERM');
  assert.equal((await ended).code, 9);
});

const noProc = process.platform !== 'linux' && 'there is no /proc';

/** The state of a process as Linux names it: T is stopped. */
const stateOf = (pid: number) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];

test('a watch that is suspended as a job suspends its training, and both continue', { skip: noProc }, async () => {
  using project = createProject({
    ...files,
    'train.sh': 'echo $$; while [ ! -e go ]; do sleep 0.05; done; echo alive',
    // Only a group of its own beside its parent's can be stopped; sh makes none without a terminal.
    'job.sh': 'set -m; $KW watch project -t run -- sh project/train.sh & echo $!; exec cat',
  });
  const { child, lines, ended } = runScript(project, 'exec bash project/job.sh');
  const [watch, training] = [Number((await lines.next()).value), Number((await lines.next()).value)];
  process.kill(watch, 'SIGTSTP');
  while (stateOf(watch) !== 'T' || stateOf(training) !== 'T') await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(watch, 'SIGCONT');
  writeFileSync(join(project.path, 'go'), '');
  assert.equal((await lines.next()).value, 'alive');
  child.stdin.end();
  await ended;
});

test('without a training, the warning of a scheduler triggers a look, and the watch continues', async () => {
  using project = createProject(files);
  const { child, lines, ended } = runScript(project, 'exec $KW watch project -t run --quiet 0');
  assert.match(String((await lines.next()).value), /^kit 1 /);
  child.kill('SIGUSR1');
  child.kill('SIGUSR2');
  // At once: a look at a file that was emptied to be written would make a kit of it.
  writeFileSync(join(project.path, 'w'), '22');
  renameSync(join(project.path, 'w'), join(project.directory, 'm/w'));
  assert.match(String((await lines.next()).value), /^kit 2 /);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  assert.deepEqual([code, stderr], [0, '']);
});

test('a watch without a training that gets SIGTERM looks once more, regardless of the pace', async () => {
  using project = createProject(files);
  const { child, lines, ended } = runScript(project, 'exec $KW watch project -t run --quiet 0 --every 1h');
  assert.match(String((await lines.next()).value), /^kit 1 /);
  project.write({ 'm/w': '22' });
  child.kill('SIGTERM');
  assert.match(String((await lines.next()).value), /^kit 2 /);
  assert.equal((await ended).code, 0);
});

const unrunnable = [
  { what: 'is not there', command: 'no-such-program', status: 127, reason: /Cannot run no-such-program: .*\(ENOENT\)/ },
  {
    what: 'may not be run',
    command: './project/m/w',
    status: 126,
    reason: /Cannot run \.\/project\/m\/w: .*\(EACCES\)/,
  },
] as const;

for (const { what, command, status, reason } of unrunnable) {
  test(`a command that ${what} has the exit status of a shell, and the reason is printed`, async () => {
    using project = createProject(files);
    const plain = await project.run('watch', 'project', '-t', 'run', '--', command);
    assert.equal(plain.code, status);
    assert.match(plain.stderr, reason);
    const json = await project.run('--json', 'watch', 'project', '-t', 'run', '--', command);
    const lines = json.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { error?: { code: string } });
    assert.equal(lines.find(({ error }) => error)?.error?.code, 'command-not-run');
  });
}
