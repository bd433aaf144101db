import { relative } from 'node:path';
import {
  type FileDigest,
  fromNative,
  type JsonValue,
  type Layer,
  type ModelKit,
  mediaTypes,
  remoteDatasets,
  type Statement,
  textOf,
  version,
} from '@kitwright/core/internal';
import type { BuildFacts, ImportedRepository } from './BuildFacts.ts';

/** Names the page that says what each field is. */
const buildType = 'https://github.com/kitwright/kitwright/blob/main/core/cli/provenance/build-v1.md';

/** As the provenance of an import has it. */
const builderId = 'pkg:npm/kitwright';

/** A resource in a statement (in-toto attestation, spec/v1/resource_descriptor.md). */
type Resource = Readonly<Record<string, JsonValue>>;

/**
 * SLSA provenance v1 (slsa.dev/spec/v1.0/provenance) of a kit that was just made. Nothing in it comes from the clock unless
 * times were asked for; names are relative to the packed directory. Without `files` the layers are named.
 */
export function provenanceOf(kit: ModelKit, files: readonly FileDigest[] | undefined, facts: BuildFacts): Statement {
  const { environment, times, run } = facts;
  const metadata = { ...(run === undefined ? {} : { invocationId: run }), ...times };
  return {
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: externalParameters(kit, facts),
        ...(Object.keys(environment).length ? { internalParameters: { environment } } : {}),
        resolvedDependencies: [
          ...sourceOf(facts),
          ...facts.imports.map(importedFrom),
          ...parentsOf(kit),
          ...datasetsOf(kit),
          ...filesOf(kit, files),
        ],
      },
      runDetails: {
        builder: { id: builderId, version: { kitwright: version } },
        ...(Object.keys(metadata).length ? { metadata } : {}),
      },
    },
  };
}

function externalParameters({ origin }: ModelKit, { directory, source, packing, command }: BuildFacts): Resource {
  const kitfile = origin && {
    ...(origin.kitfile.path === undefined ? {} : { path: within(directory, origin.kitfile.path) }),
    digest: digestSet(origin.kitfile.digest),
  };
  return {
    ...(kitfile ? { kitfile } : {}),
    ...(directory === undefined ? {} : { directory: source?.directory ?? '.' }),
    ...packing,
    ...(command === undefined ? {} : { command }),
  };
}

/** Relative to the packed directory; of a file elsewhere its name alone, since paths of a machine concern nobody. */
function within(directory: string | undefined, path: string): string {
  const text = textOf(fromNative(directory === undefined ? path : relative(directory, path)));
  return directory === undefined || text.startsWith('../') ? text.slice(text.lastIndexOf('/') + 1) : text;
}

function digestSet(digest: string): Resource {
  return { sha256: digest.slice('sha256:'.length) };
}

function sourceOf({ source }: BuildFacts): readonly Resource[] {
  if (!source) return [];
  const { commit, isDirty, uri } = source;
  return [
    {
      ...(uri === undefined ? { name: 'source' } : { uri }),
      digest: { gitCommit: commit },
      ...(isDirty === undefined ? {} : { annotations: { dirty: isDirty } }),
    },
  ];
}

function importedFrom({ uri, commit, annotations }: ImportedRepository): Resource {
  return {
    uri,
    ...(commit === undefined ? {} : { digest: { gitCommit: commit } }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function parentsOf({ origin }: ModelKit): readonly Resource[] {
  return (origin?.parents ?? []).map(({ reference, digest }) => ({
    name: reference,
    digest: digestSet(digest),
    mediaType: mediaTypes.manifest,
  }));
}

/** Datasets that are not packed: at a URL, or of another kit. */
function datasetsOf({ kitfile }: ModelKit): readonly Resource[] {
  return remoteDatasets(kitfile).flatMap(({ path, remotePath, remoteHash }) => {
    const [, algorithm = 'sha256', hex] = /^(?:(\w{1,16}):)?([0-9a-f]{32,128})$/.exec(remoteHash) ?? [];
    return hex === undefined ? [] : [{ name: path || remotePath, uri: remotePath, digest: { [algorithm]: hex } }];
  });
}

function filesOf({ layers }: ModelKit, files: readonly FileDigest[] | undefined): readonly Resource[] {
  if (!files) return layers.map(layerResource);
  return files.map(({ path, digest }) => ({ name: textOf(path), digest: digestSet(digest) }));
}

/** Its digest stands for the name, mode and content of each file in it. */
function layerResource({ entry, descriptor: { digest, mediaType }, files }: Layer): Resource {
  return { name: entry.path, digest: digestSet(digest), mediaType, annotations: { entries: files } };
}
