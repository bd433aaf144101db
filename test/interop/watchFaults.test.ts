import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

const unshare = process.env['UNSHARE'] || assert.fail('UNSHARE makes namespaces; run "npm run interop".');

const kitfile = 'manifestVersion: 1.0.0\ndatasets: [{path: data}]\n';
const files = { Kitfile: kitfile, 'data/a/f': '1', 'data/b/f': '1', 'data/c/f': '1' };

interface Running {
  readonly child: ChildProcess;
  /** The next event of this type. */
  readonly next: (type: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly gone: Promise<unknown>;
  /** Interrupts it. Returns its standard error. */
  readonly end: () => Promise<string>;
}

/** A watch as a shell starts it: `script` runs before, in namespaces of its own, and starts the watch with "$@". */
const startWatch = (project: Project, namespaces: string, script: string): Running => {
  const watch = [nodePath, cliPath, '--config', project.home, '--json', 'watch', 'project', '--quiet', '20'];
  const child = spawn(unshare, [namespaces, 'sh', '-c', script, 'sh', ...watch], {
    cwd: project.path,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += String(text);
  });
  const lines: Interface = createInterface(child.stdout);
  const events = lines[Symbol.asyncIterator]();
  const next: Running['next'] = async (type) => {
    for (let line = await events.next(); !line.done; line = await events.next()) {
      const event = JSON.parse(line.value) as Readonly<Record<string, unknown>>;
      if (event['type'] === type) return event;
    }
    return assert.fail(`The watch has ended. ${errors}`);
  };
  const gone = new Promise((resolve) => child.on('close', resolve));
  const end = async () => {
    child.kill('SIGINT');
    await gone;
    return errors;
  };
  return { child, next, gone, end };
};

for (const [what, limit] of [
  ['no watches left (ENOSPC)', 'max_inotify_watches'],
  ['no watchers left (EMFILE)', 'max_inotify_instances'],
] as const)
  test(`${what}: it is reported once, and scans find every change`, async () => {
    using project = createProject(files);
    const watch = startWatch(project, '-Ur', `echo 0 > /proc/sys/user/${limit} && exec "$@"`);
    await watch.next('kit');
    for (const text of ['two', 'three']) {
      project.write({ 'data/b/f': text });
      await watch.next('kit');
    }
    const errors = await watch.end();
    assert.equal(errors.match(/found by scans only/g)?.length, 1, errors);
    assert.match(errors, /sysctl/);
  });

test('a file system that is unmounted is reported, and watched again when it is back', async () => {
  using project = createProject({});
  mkdirSync(project.directory);
  const fill = (text: string) =>
    `mount -t tmpfs none project && mkdir project/data && echo ${text} > project/data/f && printf 'datasets: [{path: data}]' > project/Kitfile`;
  // The shell takes further commands from us while the watch runs beside it.
  const script = 'while read -r line; do eval "$line"; done; kill -TERM $!; wait';
  const watch = startWatch(project, '-Urm', `${fill('1')} || exit; "$@" </dev/null & ${script}`);
  await watch.next('kit');
  watch.child.stdin?.write('umount -l project\n');
  assert.equal((await watch.next('failed'))['code'], 'kitfile-not-found');
  watch.child.stdin?.write(`${fill('2')}\n`);
  await watch.next('kit');
  watch.child.stdin?.end();
  await watch.gone;
});

test('a watch that was suspended during more events than the system keeps finds all changes', async () => {
  using project = createProject(files);
  const watch = startWatch(project, '-Ur', 'exec "$@"');
  await watch.next('kit');
  watch.child.kill('SIGSTOP');
  const [folder, count] = [join(project.directory, 'data/a'), 6_000];
  // Each is made, written and closed: three events, and the queue holds 16,384.
  for (let i = 0; i < count; i++) writeFileSync(join(folder, `${i}`), 'x');
  watch.child.kill('SIGCONT');
  const { layers } = (await watch.next('kit')) as unknown as {
    readonly layers: readonly { readonly changedCount: number }[];
  };
  assert.equal(layers[0]?.changedCount, count);
  await watch.end();
});
