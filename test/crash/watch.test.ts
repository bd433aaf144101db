import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { applyOp, fileOpKinds } from '../soak/fileOps.ts';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

/** Number of kills; more by hand: KILLS=100. */
const kills = Number(process.env['KILLS'] ?? 4);

/** Turns of the event loop between two writes. */
const pause = 2_000;

/** Writes while a watch runs, and kills it after this many turns of our event loop. */
const killedWatch = async (project: Project, turns: number, seed: number): Promise<void> => {
  const args = [cliPath, '--config', project.home, 'watch', 'project', '-t', 'x', '--quiet', '0'];
  const child = spawn(nodePath, args, { cwd: project.path, stdio: 'ignore' });
  const gone = new Promise((resolve) => child.on('close', resolve));
  for (let i = 0; i < turns && child.exitCode === null; i++) {
    await turn();
    if (i % pause > 0) continue;
    const pick = seed * 31 + i / pause;
    applyOp(join(project.path, 'project/data'), {
      kind: fileOpKinds[pick % fileOpKinds.length] ?? 'create',
      pick: pick * 7,
      other: pick * 13,
    });
  }
  child.kill('SIGKILL');
  await gone;
};

const digestOf = async (project: Project, ...config: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await project.run(...config, 'inspect', 'x:latest');
  const { digest } = JSON.parse(stdout || '{}') as { readonly digest?: string };
  return digest ?? assert.fail(stderr);
};

test('a watch that is killed at any point and started again makes the kit of a cold pack', async () => {
  using project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\ndatasets: [{path: data}]\ncode: [{path: c}]\n',
    'data/f0': 'first',
    'data/sub/f1': Buffer.alloc(2_000_000, 'x'),
    'c/a.py': '1',
  });
  for (let i = 0; i < kills; i++) {
    await killedWatch(project, 20_000 + ((i * 7_919) % 60_000), i);
    const check = await project.run('store', 'check');
    assert.equal(check.code, 0, `after kill ${i}: ${check.stdout}${check.stderr}`);
    const again = await project.run(
      'watch',
      'project',
      '-t',
      'x',
      '--no-provenance',
      '--',
      process.execPath,
      '-e',
      '0',
    );
    assert.equal(again.code, 0, again.stderr);
    const cold = ['--config', join(project.path, `cold${i}`)];
    assert.equal((await project.run(...cold, 'pack', 'project', '-t', 'x')).code, 0);
    assert.equal(await digestOf(project), await digestOf(project, ...cold), `after kill ${i}`);
  }
});
