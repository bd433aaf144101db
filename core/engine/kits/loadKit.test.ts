import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import { memoryTarget } from '../store/referrers/testing/memoryTarget.ts';
import { loadKitAt } from './loadKit.ts';

const named = (name: string) => JSON.stringify({ manifestVersion: '1.0.0', package: { name } });

/** A kit whose config and annotation hold different Kitfiles. */
const ambiguous = (artifactType: string, configType: string) => {
  const target = memoryTarget();
  const { digest, size } = target.add(Buffer.from(named('config')));
  const config = { mediaType: configType, digest, size };
  const annotations = { [annotationNames.kitfile]: named('annotation') };
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, artifactType, config, layers: [], annotations };
  return loadKitAt(target.add(Buffer.from(JSON.stringify(manifest))), target);
};

const nameOf = async (kit: ReturnType<typeof ambiguous>) => (await kit).kitfile.package?.name;

test('what calls itself a ModelKit has its Kitfile in the config alone, as kit reads it', async () => {
  assert.equal(await nameOf(ambiguous(mediaTypes.kitArtifact, mediaTypes.kitConfig)), 'config');
  assert.equal(await nameOf(ambiguous(mediaTypes.packArtifact, mediaTypes.kitConfig)), 'config');
  await assert.rejects(ambiguous(mediaTypes.kitArtifact, mediaTypes.packConfig), { code: 'kit-malformed' });
});

test('a ModelPack has it in the annotation', async () => {
  assert.equal(await nameOf(ambiguous(mediaTypes.packArtifact, mediaTypes.packConfig)), 'annotation');
});

test('the annotation of a model of another tool is none of ours', async () => {
  const docker = ambiguous('application/x', 'application/vnd.docker.ai.model.config.v0.1+json');
  assert.equal(await nameOf(docker), undefined);
});
