import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { cliPath, nodePath } from '../support/runCli.ts';
import { tagsIn, trainingProject, unpackAndCheck, watchArguments } from './training.ts';

test('a scheduler that ends a training gets its status, and the last kit has every whole checkpoint', async () => {
  using project = trainingProject();
  const args = [cliPath, '--config', project.home, ...watchArguments('huggingface')];
  const child = spawn(nodePath, args, { cwd: project.path, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  let isEnding = false;
  child.stderr.on('data', (bytes: Buffer) => {
    output += bytes;
    if (isEnding || tagsIn(output).length < 3) return;
    isEnding = true;
    child.kill('SIGUSR2');
    child.kill('SIGTERM');
  });
  const [code] = (await once(child, 'close')) as [number];
  assert.ok([143, 140].includes(code), `${code}\n${output}`);
  const tags = tagsIn(output);
  const counts: number[] = [];
  // What was being written when the training was ended is packed as it is, and said.
  const whole = /look(?:s)? complete/.test(output) ? tags.slice(0, -1) : tags;
  for (const tag of whole) counts.push(await unpackAndCheck(project, tag, 'huggingface'));
  assert.ok((counts.at(-1) ?? 0) >= 1, counts.join());
});

test('on a terminal no line of the training and no bar of it is lost, and each kit has a line of its own', async () => {
  using project = trainingProject();
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const command = [nodePath, cliPath, '--config', project.home, ...watchArguments('huggingface-told')].map(quoted);
  const seen = execFileSync('script', ['-qec', `stty cols 120 rows 40; ${command.join(' ')}`, '/dev/null'], {
    cwd: project.path,
    env: { PATH: process.env['PATH'] ?? '', HOME: project.path, TERM: 'xterm', COLUMNS: '120' },
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Logged at every step.
  assert.equal(seen.match(/\{'loss': /g)?.length, 40);
  assert.match(seen, /\b40\/40\b|100%/);
  const kits = seen.split(/\r?\n/).filter((line) => /kit \d+ /.test(line));
  assert.ok(kits.length >= 3, seen);
  for (const line of kits) assert.match(line, /^kit \d+ {2}.*-> run-\d+\s*$/, JSON.stringify(line));
  // The cursor is never moved up, and nothing is erased, by us.
  assert.doesNotMatch(kits.join('\n'), /\u001b\[\d*[AJK]/);
});
