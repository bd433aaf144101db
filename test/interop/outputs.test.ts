import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createProject } from '../support/project.ts';
import type { CliResult } from '../support/runCli.ts';
import { kit, kitwright } from './peer.ts';

const files = {
  Kitfile: [
    'manifestVersion: 1.0.0',
    'package: {name: shown, version: 1.0.0, description: a kit, license: MIT, authors: [Ann, Bob]}',
    'model:',
    '  name: m',
    '  path: m.bin',
    '  parts: [{name: tok, path: tok.json, type: tokenizer}]',
    '  parameters: {a: [1, 2.5, x], b: {c: true, d: null}}',
    'code: [{path: src, description: c}]',
    'datasets: [{name: d, path: d.csv}]',
    'docs: [{path: r.md}]',
    'prompts: [{name: pr, path: AGENTS.md}]',
    '',
  ].join('\n'),
  'm.bin': 'm'.repeat(1000),
  'tok.json': '{}',
  'src/b/c.py': 'c',
  'd.csv': '1',
  'r.md': 'r',
  'AGENTS.md': 'x',
  'other/Kitfile': 'manifestVersion: 1.0.0\ncode:\n  - path: x\n',
  'other/x': '1',
  'empty/Kitfile': 'manifestVersion: 1.0.0\n',
  'child/Kitfile': 'manifestVersion: 1.0.0\nmodel:\n  path: s:v1\ndocs:\n  - path: z\n',
  'child/z': 'z',
};

/** Commands one after the other in one store; `p` is the project. */
const sequences: readonly string[] = [
  'pack p -t s:v1,v2,latest|list|remove s:v2|list|remove s:v1,latest|list|remove s:v1',
  'pack p|list|remove --all|list|remove --all --force|list',
  'pack p -t s:v1|tag s:v1 t:v1|tag s:v1 s:v2|tag nosuch:1 a:1|tag s:v1 BAD|tag s|list|remove t:v1 -f|list',
  'pack p -t localhost:5000/s:v1|list|tag localhost:5000/s:v1 s:v1|list|remove localhost:5000/s:v1|list',
  'pack p -t s:v1|info s:v1|info s:v1 -f model|info s:v1 -f model.parts|info s:v1 -f code|info s:v1 -f package.license|info s:v1 -f model.parameters.b',
  'pack p -t s:v1|list --format json|list --format {{.Repo}}|list --format {{.Tags}}|list --format {{.Nope}}|list -f model|list -f docs:r.md|list -f kitfile|list -f bogus',
  'pack p -t s:v1|unpack s:v1 -d o|unpack s:v1 -d o|unpack s:v1 -d o -i|unpack s:v1 -d o -o|unpack s:v1 -d o2 --model|unpack s:v1 -d o3 -f model,docs|unpack s:v1 -d o4 -f prompts:pr|unpack s -d o5|unpack s:nope -d o6|unpack s:v1 -d o7 -f model:m:x',
  'pack p -t s:v1|pack p/child -t c:v1|info c:v1|unpack c:v1 -d o|pack p/other -t o:v1|diff o:v1 c:v1|diff o:v1 o:v1|pack p/empty -t e:v1|diff e:v1 o:v1|inspect nosuch:1',
  'pack p -t s:v1|init p|init p -f|init p/other -o -|init p/empty -o e.yaml|init nosuch',
  'pack nosuch|pack p -f nosuch.yaml|pack p --compression bogus|pack p --compression=|pack p -t Q:v1|pack p -t q:|list',
];

/** Digests of manifests hold the tool's version, paths the folder of the run. */
const masked = ({ stdout }: CliResult, folder: string, digests: readonly string[]): string =>
  digests
    .reduce((text, digest, i) => text.replaceAll(digest, `<${i}>`), stdout.replaceAll(folder, '<dir>'))
    .replace(/^ {2}Annotations (?:are identical|does not match) ?$/gm, '<annotations>');

const run = async (tool: typeof kit, sequence: string): Promise<readonly (readonly [string, boolean, string])[]> => {
  using project = createProject({});
  using source = createProject(files);
  mkdirSync(project.path, { recursive: true });
  const digests: string[] = [];
  const results: (readonly [string, boolean, string])[] = [];
  for (const step of sequence.split('|')) {
    const args = step.split(' ').map((word) => word.replace(/^p(?=$|\/)/, source.directory));
    const result = await tool(project.path, join(project.path, 'home'), ...args);
    const digest = /Model saved: (\S+)/.exec(result.stdout)?.[1];
    if (digest && !digests.includes(digest)) digests.push(digest);
    const text = masked(result, source.directory, digests);
    // What a failing command prints on stdout before it fails is not compared.
    results.push([step, result.code === 0, result.code === 0 ? text.replaceAll(project.path, '<cwd>') : '']);
  }
  return results;
};

describe('the same words as kit', { concurrency: 2 }, () => {
  for (const sequence of sequences)
    it(sequence.split('|').slice(0, 3).join(', '), async () => {
      assert.deepEqual(await run(kitwright, sequence), await run(kit, sequence));
    });
});
