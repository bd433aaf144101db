import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, digestIn } from '../support/project.ts';

/** A target as somebody else writes it: `shelf:FOLDER[:TAG]`, a file for each blob and each tag. */
const shelf = `
import { mkdirSync, readFileSync, existsSync, writeFileSync, appendFileSync, readdirSync, rmSync, renameSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const open = (location) => {
  const [folder, ...references] = location.split(/:(?=[^/]*$)/);
  mkdirSync(join(folder, 'tags'), { recursive: true });
  const blob = ({ digest }) => join(folder, digest.replace(':', '-'));
  const tagFile = (tag) => join(folder, 'tags', tag);
  const target = {
    name: 'shelf ' + folder,
    complete: false,
    exists: async (descriptor) => existsSync(blob(descriptor)),
    async *fetch(descriptor, { start = 0, end = descriptor.size } = {}) {
      yield readFileSync(blob(descriptor)).subarray(start, end);
    },
    async push(descriptor, content) {
      const draft = blob(descriptor) + '.draft';
      const hash = createHash('sha256');
      writeFileSync(draft, '');
      await content.read({ start: 0, end: descriptor.size }, (bytes) => {
        hash.update(bytes);
        appendFileSync(draft, bytes);
      });
      if ('sha256:' + hash.digest('hex') !== descriptor.digest) throw new Error('damaged');
      renameSync(draft, blob(descriptor));
    },
    resolve: async (_, reference) => existsSync(tagFile(reference)) ? JSON.parse(readFileSync(tagFile(reference), 'utf8')) : undefined,
    tag: async (descriptor, _, tag) => tag && writeFileSync(tagFile(tag), JSON.stringify(descriptor)),
    async *tags() { yield* readdirSync(join(folder, 'tags')); },
    untag: async (tag) => rmSync(tagFile(tag)),
    delete: async () => {},
  };
  return { target, repository: '', references };
};

export default {
  name: 'shelf',
  apiVersion: 1,
  apply({ register }) { register('target', { id: 'shelf', open }); },
};
`;

test('a target of a plugin in the config of the user is taken by every verb', async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
  addFiles(project.home, { 'config.json': '{"plugins": ["./shelf.mjs"]}', 'shelf.mjs': shelf });
  const run = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await project.run(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  assert.match(await run('targets'), /^shelf: +shelf$/m);
  const digest = digestIn(await project.run('pack', 'project', '-t', 'm:v1'));
  const kit = `shelf:${project.path}/shelf:v1`;
  await run('push', 'm:v1', kit);
  for (const args of [
    ['list', `shelf:${project.path}/shelf`],
    ['inspect', kit],
    ['pull', kit],
  ])
    assert.match(await run(...args), new RegExp(digest), args.join(' '));
  assert.match(await run('info', kit), /path: a/);
  assert.match(await run('diff', 'm:v1', kit), /identical/);
  await run('unpack', kit, '-d', 'out');
  assert.equal(readFileSync(join(project.path, 'out/a'), 'utf8'), 'text');
  await run('copy', kit, 'archive:kit.tar:v1');
  assert.match(await run('remove', kit), /Untagged shelf:/);
  assert.match((await project.run('info', kit)).stderr, /kit-not-found: There is no v1 in shelf:/);
});
