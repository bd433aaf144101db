import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cloneWorkingTree } from '../support/cloneWorkingTree.ts';
import { exampleLines } from '../support/exampleLines.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { succeed } from './peer.ts';

const folder = temporaryFolder();
after(() => folder[Symbol.dispose]());
const clone = join(folder.path, 'clone');
const home = join(folder.path, 'home');

/** How this machine reaches the registry of npm. */
const machine = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && /proxy|^npm_config_|^NODE_EXTRA_CA_CERTS$|^SSL_CERT/i.test(name) ? [[name, value]] : [],
  ),
);

/** Of a user whose home is empty, with the Node of the machine. */
const run = async (line: string) =>
  succeed(await runCli(['-ec', line], { cwd: clone, command: 'sh', env: { ...machine, HOME: home } })).stdout;

describe('the two commands of each example, in a fresh clone', { timeout: 900_000 }, () => {
  before(async () => {
    cloneWorkingTree(clone);
    mkdirSync(home);
    await run('npm ci --no-fund --no-audit');
  });

  for (const [name, said] of [
    ['training', /^digits:kit-\d+ .*\n(?:.*\n)*Try next:/m],
    ['plugins', /^. fail 0$/m],
    ['python-target', /^Pushed sha256:[0-9a-f]{64}$/m],
    ['kserve', /^kind: InferenceService\n(?:.*\n)*In models: .*net\.onnx/m],
  ] as const)
    it(name, async () => {
      const [first, second] = exampleLines(name);
      assert.equal(first, 'npm ci');
      assert.match(await run(second), said);
    });

  it('the target in Python has the kit in its folder', () => {
    assert.ok(existsSync(join(clone, '.cache', 'kits', 'index.json')));
  });
});
