import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { startRegistry } from '@kitwright/testkit';
import type { Project } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { command, containerOf, createDeliveries, deliveries, namesIn, succeed } from './deliveries.ts';

/** Number of kills of each command; more by hand: KILLS=20. */
const kills = Number(process.env['KILLS'] ?? 1);

const registry = await startRegistry();
const reference = `${registry.host}/team/model:v1`;
const made = await createDeliveries(reference);
after(async () => {
  made[Symbol.dispose]();
  await registry[Symbol.asyncDispose]();
});
const env = containerOf(made, reference);
const [program, ...first] = command;
const disk = join(made.path, 'disk');

/** Kills after so many turns of our event loop. */
const killed = async (words: readonly string[], turns: number): Promise<void> => {
  const child = spawn(program, [...first, ...words], {
    cwd: made.path,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], ...env },
  });
  const gone = new Promise((resolve) => child.on('close', resolve));
  for (let i = 0; i < turns && child.exitCode === null; i++) await turn();
  child.kill('SIGKILL');
  await gone;
};

const stores = (at: string) =>
  ['home', 'there'].map((name) => join(at, name)).filter((path) => existsSync(join(path, 'store')));

const requireStores = async (project: Project, at: string): Promise<void> => {
  for (const store of stores(at)) await succeed(project, '--config', store, 'store', 'check');
  assert.ok(namesIn(join(at, 'home')).includes('v1'));
};

/** Names of what is not finished, but for files in layouts, which stay for an hour. */
const unfinished = (at: string) =>
  globSync('**/{*.partial,*.draft,*.lock,.partial-*,.gone-*,.kitwright-unpack-*,.draft-*,tmp-*,export-*,stage}', {
    cwd: at,
  }).filter((path) => !/^(?:image|mirrored)[\\/]tmp-/.test(path));

for (const [name, { words, wholeIn }] of Object.entries(deliveries))
  it(`${name}, killed at any moment, leaves only what is whole; then two at once do it`, async () => {
    // What "resolve" made is read-only.
    await runCli(['-R', 'u+w', disk], { cwd: made.path, command: 'chmod' });
    rmSync(disk, { recursive: true, force: true });
    mkdirSync(disk);
    cpSync(made.home, join(disk, 'home'), { recursive: true });
    for (let i = 0; i < kills; i++) {
      await killed(words, 12_000 + ((i * 7_919) % 60_000));
      wholeIn(disk);
      await requireStores(made, disk);
    }
    const run = () => runCli(words, { cwd: made.path, env });
    for (const { code, stderr } of await Promise.all([run(), run()])) assert.equal(code, 0, stderr);
    assert.equal(wholeIn(disk).length, 1);
    await requireStores(made, disk);
    for (const store of stores(disk)) await succeed(made, '--config', store, 'store', 'gc');
    assert.deepEqual(unfinished(disk), []);
  });

describe('on a disk that is too small', { skip: process.platform !== 'linux' && 'mounts are those of Linux' }, () => {
  const script = `mount -t tmpfs -o size=24m none disk && cp -r home disk/home || exit
left=$(($(df -k --output=avail disk | tail -n 1) - $1)); name=$2; shift 2
head -c "$((left * 1024))" /dev/zero > disk/filler || :
"$@" > "$name.said" 2>&1; echo "$?" > "$name.status"
rm disk/filler
cp -a disk "$name.full"
"$@" && cp -a disk "$name.done"`;

  for (const [name, { words, wholeIn, left }] of Object.entries(deliveries))
    it(`${name} says so and leaves only what is whole; with more room it does it`, async (t) => {
      mkdirSync(disk, { recursive: true });
      const shell = ['-Urm', 'sh', '-c', script, 'sh', String(left), name, program, ...first, ...words];
      const { code, stderr } = await runCli(shell, { cwd: made.path, command: 'unshare', env });
      if (/^unshare: /m.test(stderr)) return t.skip('no namespaces here');
      assert.equal(code, 0, stderr);
      const at = (suffix: string) => join(made.path, `${name}.${suffix}`);
      assert.match(readFileSync(at('said'), 'utf8'), /disk-full|disk is full|no room/);
      assert.notEqual(readFileSync(at('status'), 'utf8').trim(), '0');
      assert.deepEqual(wholeIn(at('full')), []);
      assert.equal(wholeIn(at('done')).length, 1);
      await requireStores(made, at('full'));
    });
});
