import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wingetManifests } from '../../.ci/release/winget.ts';

const executables = ['x64', 'arm64'].map((arch, i) => ({
  name: `kitwright-win-${arch}.exe`,
  sha256: String.fromCharCode(97 + i).repeat(64),
}));
const manifests = wingetManifests('1.2.3', executables);

/** The fields at the top, by name. The manifests need no more of YAML. */
const fieldsOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/^(\w+): ?(.*)$/gm)].map(([, name, value]) => [name, value]));

test('there are the three manifests of a version, named after the package', () =>
  assert.deepEqual(Object.keys(manifests), [
    'Kitwright.Kitwright.yaml',
    'Kitwright.Kitwright.installer.yaml',
    'Kitwright.Kitwright.locale.en-US.yaml',
  ]));

/** Of the schemas of version 1.12.0: which fields a manifest must have, and how long the texts may be. */
const required = {
  version: ['PackageIdentifier', 'PackageVersion', 'DefaultLocale', 'ManifestType', 'ManifestVersion'],
  installer: ['PackageIdentifier', 'PackageVersion', 'Installers', 'ManifestType', 'ManifestVersion'],
  defaultLocale: [
    'PackageIdentifier',
    'PackageVersion',
    'PackageLocale',
    'Publisher',
    'PackageName',
    'License',
    'ShortDescription',
    'ManifestType',
    'ManifestVersion',
  ],
};

for (const [i, [type, names]] of Object.entries(required).entries())
  test(`the manifest of type ${type} has what its schema asks for`, () => {
    const text = Object.values(manifests)[i] ?? '';
    const fields = fieldsOf(text);
    assert.equal(fields['ManifestType'], type);
    assert.deepEqual(
      names.filter((name) => fields[name] === undefined),
      [],
    );
    assert.deepEqual([fields['PackageIdentifier'], fields['PackageVersion']], ['Kitwright.Kitwright', '1.2.3']);
    assert.match(fields['ManifestVersion'] ?? '', /^1\.\d{2}\.0$/);
    assert.match(text, new RegExp(`^# yaml-language-server: \\$schema=https://aka\\.ms/winget-manifest\\.${type}\\.`));
    assert.ok((fields['ShortDescription'] ?? '').length <= 256);
    for (const tag of text.match(/^- [\w-]+$/gm) ?? []) assert.ok(tag.length <= 42);
  });

test('each executable is installed as it is, by its hash in capitals', () => {
  const installer = manifests['Kitwright.Kitwright.installer.yaml'] ?? '';
  assert.match(installer, /^InstallerType: portable$/m);
  assert.deepEqual(
    [...installer.matchAll(/^- Architecture: (.*)\n {2}InstallerUrl: (.*)\n {2}InstallerSha256: (.*)$/gm)].map(
      (found) => found.slice(1),
    ),
    executables.map(({ name, sha256 }) => [
      /win-(.*)\.exe/.exec(name)?.[1],
      `https://github.com/kitwright/kitwright/releases/download/v1.2.3/${name}`,
      sha256.toUpperCase(),
    ]),
  );
});

test('without an executable for Windows there is no manifest', () =>
  assert.throws(() => wingetManifests('1.2.3', []), /need an executable/));
