import { type Artifact, downloadUrl } from './Artifact.ts';

const id = 'Kitwright.Kitwright';

/** Of the schemas in microsoft/winget-cli, `schemas/JSON/manifests`. */
const schema = '1.12.0';

const processors = [
  ['x64', 'x64'],
  ['arm64', 'arm64'],
] as const;

/**
 * The three manifests of winget by their file names: the executable is installed as it is, and put into the `PATH`. The
 * texts hold nothing that YAML could read as anything else. Throws if there is no executable for Windows.
 */
export function wingetManifests(version: string, executables: readonly Artifact[]): Readonly<Record<string, string>> {
  const installers = processors.flatMap(([arch, processor]) => {
    const found = executables.find(({ name }) => name === `kitwright-win-${arch}.exe`);
    return found ? [installer(version, processor, found)] : [];
  });
  if (!installers.length) throw new Error('The manifests of winget need an executable for Windows.');
  return {
    [`${id}.yaml`]: manifest(version, 'version', 'DefaultLocale: en-US'),
    [`${id}.installer.yaml`]: manifest(
      version,
      'installer',
      `InstallerType: portable\nCommands:\n- kitwright\nInstallers:\n${installers.join('\n')}`,
    ),
    [`${id}.locale.en-US.yaml`]: manifest(version, 'defaultLocale', locale(version)),
  };
}

function manifest(version: string, type: string, body: string): string {
  return `# yaml-language-server: $schema=https://aka.ms/winget-manifest.${type}.${schema}.schema.json

PackageIdentifier: ${id}
PackageVersion: ${version}
${body}
ManifestType: ${type}
ManifestVersion: ${schema}
`;
}

function installer(version: string, processor: string, executable: Artifact): string {
  return `- Architecture: ${processor}
  InstallerUrl: ${downloadUrl(version, executable)}
  InstallerSha256: ${executable.sha256.toUpperCase()}`;
}

function locale(version: string): string {
  return `PackageLocale: en-US
Publisher: Kitwright
PublisherUrl: https://github.com/kitwright
PublisherSupportUrl: https://github.com/kitwright/kitwright/issues
PackageName: Kitwright
PackageUrl: https://github.com/kitwright/kitwright
License: Apache-2.0
LicenseUrl: https://github.com/kitwright/kitwright/blob/v${version}/LICENSE
ShortDescription: "The build tool for ModelKits: pack, watch, verify"
Moniker: kitwright
Tags:
- kitfile
- kitops
- machine-learning
- modelkit
- oci
ReleaseNotesUrl: https://github.com/kitwright/kitwright/releases/tag/v${version}`;
}
