import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { tarballName } from '../../.ci/release/packPackages.ts';
import { sbom } from '../../.ci/release/sbom.ts';
import { ownPackages, publishedPackages } from '../support/publishedPackages.ts';

const sha256 = 'a'.repeat(64);
const artifacts = [...ownPackages().map(({ manifest }) => tarballName(manifest)), 'kitwright-linux-x64.tar.gz'].map(
  (name) => ({ name, sha256 }),
);
const make = () => sbom({ version: '0.1.0', artifacts, date: new Date(0) });
const text = make();

interface Component {
  readonly name: string;
  readonly purl?: string;
  readonly 'bom-ref': string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly components?: readonly Component[];
}
interface Bom {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}
const bom = JSON.parse(text) as Bom;

test('it is valid by the schema of CycloneDX 1.6', async () =>
  assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text), null));

test('it names every package that we publish, and every one that comes with them', () => {
  const names = bom.components.map(({ name }) => name);
  for (const { name } of [...ownPackages(), ...publishedPackages()]) assert.ok(names.includes(name), name);
  assert.ok(names.includes('node') && names.includes('kitwright-linux-x64.tar.gz'));
});

test('it names what is bundled, in the package that holds it, with version, licence and hash', () => {
  const registry = bom.components.find(({ name }) => name === '@kitwright/registry');
  const undici = registry?.components?.find(({ name }) => name === 'undici');
  assert.match(undici?.purl ?? '', /^pkg:npm\/undici@\d/);
  assert.match(undici?.hashes?.[0]?.content ?? '', /^[0-9a-f]{128}$/);
  assert.equal(registry?.hashes?.[0]?.content, sha256);
  const all = bom.components.flatMap((each) => [each, ...(each.components ?? [])]);
  assert.deepEqual(
    all.filter(({ purl, licenses }) => purl && !licenses?.length),
    [],
  );
  assert.equal(new Set(all.map((each) => each['bom-ref'])).size, all.length, 'each has a reference of its own');
});

test('it says what needs what', () => {
  const needs = (name: string) => {
    const ref = bom.components.find((each) => each.name === name)?.['bom-ref'];
    return bom.dependencies.find((each) => each.ref === ref)?.dependsOn ?? [];
  };
  assert.ok(needs('kitwright').includes('pkg:npm/%40kitwright/core@0.1.0'));
  assert.match(needs('@kitwright/core').join(), /piscina/);
  assert.match(needs('kitwright-linux-x64.tar.gz').join(), /nodejs\/node/);
});

test('the same release has the same bytes', () => assert.equal(make(), text));
