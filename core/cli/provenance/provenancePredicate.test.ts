import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { FileDigest, Layer, ModelKit } from '@kitwright/core/internal';
import type { BuildFacts } from './BuildFacts.ts';
import { provenanceOf } from './provenancePredicate.ts';

const hex = (text: string) => createHash('sha256').update(text).digest('hex');

const facts: BuildFacts = {
  directory: '/srv/project',
  source: undefined,
  imports: [],
  packing: {},
  command: undefined,
  run: undefined,
  environment: {},
  times: {},
};

const file = (path: string): FileDigest => ({ path, size: 1, digest: `sha256:${hex(path)}` });

const kitOf = (path = '/srv/project/Kitfile') =>
  ({
    kitfile: {},
    layers: [
      {
        entry: { path: 'data' },
        descriptor: { mediaType: 'application/x.layer', digest: `sha256:${hex('layer')}`, size: 1 },
        files: 20_000,
      } as unknown as Layer,
    ],
    origin: { kitfile: { path, digest: `sha256:${hex('kitfile')}` }, parents: [] },
  }) as unknown as ModelKit;

interface Predicate {
  readonly buildDefinition: {
    readonly externalParameters: { readonly kitfile: { readonly path?: string } };
    readonly resolvedDependencies: readonly unknown[];
  };
}

const definitionOf = (files: readonly FileDigest[] | undefined, kit = kitOf()) =>
  (provenanceOf(kit, files, facts).predicate as unknown as Predicate).buildDefinition;

test('files are named with their digests', () => {
  const { resolvedDependencies } = definitionOf([file('a'), file('b')]);
  assert.deepEqual(resolvedDependencies, [
    { name: 'a', digest: { sha256: hex('a') } },
    { name: 'b', digest: { sha256: hex('b') } },
  ]);
});

test('without digests of files the layers are named', () => {
  const { resolvedDependencies } = definitionOf(undefined);
  assert.deepEqual(resolvedDependencies, [
    {
      name: 'data',
      digest: { sha256: hex('layer') },
      mediaType: 'application/x.layer',
      annotations: { entries: 20_000 },
    },
  ]);
});

test('a Kitfile outside of the packed directory is named without its place', () => {
  const pathIn = (path: string) => definitionOf([], kitOf(path)).externalParameters.kitfile.path;
  assert.equal(pathIn('/srv/project/kits/prod.yaml'), 'kits/prod.yaml');
  assert.equal(pathIn('/etc/elsewhere/prod.yaml'), 'prod.yaml');
});
