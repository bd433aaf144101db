import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { loadProgram } from '../loadProgram.ts';
import { networkOptions } from './networkOptions.ts';
import { normalizeFlags } from './normalizeFlags.ts';

const program = new Command();
networkOptions(program.command('push').argument('<ref>')).option('-f, --force').option('--tag <name>');
const of = (...args: readonly string[]) => normalizeFlags(program, args);

test('boolean flags may be written as in Go', () => {
  assert.deepEqual(of('push', '--plain-http=true', '--force=1', 'x'), ['push', '--plain-http', '--force', 'x']);
  assert.deepEqual(of('push', '--plain-http=false', '--force=F', 'x'), ['push', 'x']);
  assert.deepEqual(of('push', '--tls-verify=false', 'x'), ['push', '--no-tls-verify', 'x']);
  assert.deepEqual(of('push', '--tls-verify=true', 'x'), ['push', '--tls-verify', 'x']);
});

test('other values, other flags and words after -- are not changed', () => {
  assert.deepEqual(of('push', '--tag=true', '--force=maybe'), ['push', '--tag=true', '--force=maybe']);
  assert.deepEqual(of('watch', '--', 'train', '--force=true'), ['watch', '--', 'train', '--force=true']);
});

test('an optional value is never the next word', async () => {
  const program = await loadProgram(['unpack']);
  assert.deepEqual(normalizeFlags(program, ['unpack', '--as-skill', 'x:v1']), ['unpack', '--as-skill=auto', 'x:v1']);
  assert.deepEqual(normalizeFlags(program, ['unpack', '--filter', 'model']), ['unpack', '--filter', 'model']);
  assert.deepEqual(normalizeFlags(program, ['unpack', '--as-skill=codex', 'x']), ['unpack', '--as-skill=codex', 'x']);
});
