import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject, digestIn, type Project } from '../support/project.ts';

interface Layout {
  readonly manifests: readonly Readonly<Record<string, unknown>>[];
}

/** A layout with a kit, and as `v2` one that names the first as its subject and calls itself a signature. */
const createForged = async (): Promise<Project> => {
  const project = createProject(
    { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', m: 'x' },
    { KITWRIGHT_PLAIN_HTTP: '1' },
  );
  const digest = digestIn(await project.run('pack', 'project', '-t', 'good:v1'));
  assert.equal((await project.run('copy', 'good:v1', 'oci:theirs:v1')).code, 0);
  const folder = join(project.path, 'theirs');
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Layout;
  const blob = (name: string) => join(folder, 'blobs/sha256', name.replace('sha256:', ''));
  const manifest = JSON.parse(readFileSync(blob(digest), 'utf8')) as object;
  const [{ mediaType, size } = {}] = index.manifests;
  const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const forged = JSON.stringify({ ...manifest, artifactType, subject: { mediaType, digest, size } });
  const name = `sha256:${createHash('sha256').update(forged).digest('hex')}`;
  writeFileSync(blob(name), forged);
  const annotations = { 'org.opencontainers.image.ref.name': 'v2' };
  const entry = { mediaType, digest: name, size: Buffer.byteLength(forged), artifactType, annotations };
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ ...index, manifests: [...index.manifests, entry] }));
  return project;
};

test('a kit that names another one as its subject is attached to that one nowhere', async () => {
  using project = await createForged();
  await using registry = await startRegistry();
  const { run } = project;
  const place = `${registry.host}/team/net`;
  assert.equal((await run('pull', 'oci:theirs:v2')).code, 0, 'the store has it, and attaches it to nothing');
  for (const [good, args] of [
    ['oci:ours:v1', ['copy', 'oci:theirs:v2', 'oci:ours:v2']],
    ['archive:kits.tar:v1', ['copy', 'theirs:v2', 'archive:kits.tar:v2']],
    [`${place}:v1`, ['push', 'theirs:v2', `${place}:v2`]],
  ] as const) {
    assert.equal((await run('copy', 'good:v1', good)).code, 0);
    const { code, stderr } = await run(...args);
    assert.notEqual(code, 0, good);
    assert.match(stderr, /kit-malformed: \S+ is a kit or part of an index, and has a subject of its own/);
    assert.doesNotMatch((await run('discover', good)).stdout, /sigstore/);
  }
  const saved = await run('save', 'good:v1', 'theirs:v2', '-o', 'both.tar');
  assert.match(saved.stderr, /has a subject of its own/);
});

test('a layout gives no other kit under the digest of one', async () => {
  using project = await createForged();
  const path = join(project.path, 'theirs/index.json');
  const index = JSON.parse(readFileSync(path, 'utf8')) as Layout;
  const [good, forged] = index.manifests;
  const named = { ...forged, annotations: { 'org.opencontainers.image.ref.name': good?.['digest'] } };
  writeFileSync(path, JSON.stringify({ ...index, manifests: [named] }));
  const { code, stderr } = await project.run('unpack', `oci:theirs@${good?.['digest']}`, '-d', 'out');
  assert.notEqual(code, 0);
  assert.match(stderr, /kit-not-found/);
});
