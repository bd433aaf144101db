import { randomUUID } from 'node:crypto';
import { version } from '@kitwright/core/internal';

export interface Provenance {
  readonly uri: string;
  readonly commit: string | undefined;
  /** What names the version where no commit does. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
  /** Hexadecimal SHA-256 of the kit's config. */
  readonly config: string;
  readonly startedOn: Date;
  readonly finishedOn: Date;
}

/**
 * Body of a SLSA Provenance v1 predicate for the kit: the commit or version and the Kitfile from which it was made. The build type is
 * `kit`'s, so that policies for `kit import` apply; the builder is Kitwright.
 */
export function provenancePredicate({ uri, commit, annotations, config, startedOn, finishedOn }: Provenance): string {
  return JSON.stringify(
    {
      buildDefinition: {
        buildType: 'https://kitops.org/import/v1',
        externalParameters: {
          // A run is no digest, so it is an annotation (in-toto, "ResourceDescriptor").
          source: {
            uri,
            ...(commit ? { digest: { gitCommit: commit } } : {}),
            ...(annotations ? { annotations } : {}),
          },
          kitfile: { digest: { sha256: config } },
        },
        resolvedDependencies: [],
      },
      runDetails: {
        builder: { id: 'pkg:npm/kitwright', version: { kitwright: version, node: process.version } },
        metadata: {
          invocationId: randomUUID(),
          startedOn: startedOn.toISOString(),
          finishedOn: finishedOn.toISOString(),
        },
      },
    },
    undefined,
    2,
  );
}
