import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

/** Number of kills; more by hand: KILLS=100. */
const kills = Number(process.env['KILLS'] ?? 8);

const big = (seed: string): Buffer => Buffer.alloc(3_000_000, seed);
const kitfile = 'manifestVersion: 1.0.0\nmodel: {path: m}\ncode: [{path: c}]\n';

const many = (seed: string) => Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c/${i}.py`, `${seed}${i}`]));

/**
 * Starts the command and kills it after `steps` turns of our event loop: without a clock, but at another point each
 * time.
 */
const killed = async (project: Project, steps: number, ...args: readonly string[]): Promise<void> => {
  const child = spawn(nodePath, [cliPath, '--config', project.home, ...args], {
    cwd: project.path,
    stdio: 'ignore',
  });
  const gone = new Promise((resolve) => child.on('close', resolve));
  for (let i = 0; i < steps && child.exitCode === null; i++) await turn();
  child.kill('SIGKILL');
  await gone;
};

/** Spreads the kills over start-up and work. */
const stepsOf = (i: number): number => 2_000 + ((i * 7_919) % 60_000);

test('killed at any moment, pack leaves a store in which every listed kit is complete, and the next pack works', async () => {
  using project = createProject({ Kitfile: kitfile, 'm/w.bin': big('0'), ...many('0') });
  await project.run('pack', 'project', '-t', 'x:first');
  for (let i = 0; i < kills; i++) {
    project.write({ 'm/w.bin': big(`${i}+`), ...many(`${i}-`) });
    await killed(project, stepsOf(i), 'pack', 'project', '-t', 'x:next');
    const check = await project.run('store', 'check');
    assert.equal(check.code, 0, `after kill ${i}: ${check.stdout}${check.stderr}`);
    assert.match((await project.run('list')).stdout, /first/);
  }
  assert.equal((await project.run('pack', 'project', '-t', 'x:next')).code, 0);
  await project.run('store', 'gc');
  assert.deepEqual(readdirSync(join(project.store, 'tmp')), []);
});

test('killed at any moment, unpack leaves old files complete and no half-written ones', async () => {
  using project = createProject({ Kitfile: kitfile, 'm/w.bin': big('new'), ...many('new') });
  await project.run('pack', 'project', '-t', 'x:v1');
  project.write({ '../out/m/w.bin': 'old' });
  for (let i = 0; i < kills; i++) {
    await killed(project, stepsOf(i), 'unpack', 'x:v1', '-d', 'out', '-o');
    const content = readFileSync(join(project.path, 'out/m/w.bin'));
    assert.ok(content.equals(Buffer.from('old')) || content.equals(big('new')), 'half-written');
    for (let n = 0; n < 40; n++) {
      const path = join(project.path, 'out/c', `${n}.py`);
      if (existsSync(path)) assert.equal(readFileSync(path, 'utf8'), `new${n}`);
    }
  }
  assert.equal((await project.run('unpack', 'x:v1', '-d', 'out', '-o')).code, 0);
  assert.deepEqual(readdirSync(join(project.path, 'out')).sort(), ['Kitfile', 'c', 'm']);
});
