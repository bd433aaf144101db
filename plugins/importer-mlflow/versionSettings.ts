import { type ExportRequest, KitwrightError, parseReference } from '@kitwright/core/plugin';

/** What a user wants of a version of a registered model. */
export interface VersionSettings {
  /** The name of the registered model. */
  readonly name: string;
  /** Where the kit is, by its digest: `oci://registry/repository@sha256:...`. */
  readonly source: string;
  readonly run: string | undefined;
  readonly alias: string | undefined;
  readonly description: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Reads the destination and the options `run`, `alias`, `description` and `tag.NAME`. Throws `usage`. */
export function versionSettings({
  reference,
  descriptor,
  destination,
  options,
  kitfile,
}: ExportRequest): VersionSettings {
  const { run, alias, description = kitfile.package?.description, ...others } = options;
  const [unknown] = Object.keys(others).filter((key) => !/^tag\../.test(key));
  if (unknown !== undefined)
    throw new KitwrightError('usage', `The exporter mlflow has no option ${JSON.stringify(unknown)}.`, {
      hint: 'There are run, alias, description, and tag.NAME for each tag.',
    });
  if (run !== undefined && !/^\w+$/.test(run))
    throw new KitwrightError('usage', `${JSON.stringify(run)} is not the ID of a run.`);
  const own = Object.entries(others).map(([key, value]) => [key.slice('tag.'.length), value] as const);
  const { name: packageName, version, license } = kitfile.package ?? {};
  const known = { package: packageName, version, license };
  return {
    name: modelName(destination),
    source: sourceOf(reference, descriptor.digest),
    run,
    alias,
    description,
    tags: {
      ...Object.fromEntries(own),
      ...Object.fromEntries(Object.entries(known).flatMap(([key, value]) => (value ? [[`kit.${key}`, value]] : []))),
      'kit.reference': reference,
      'kit.digest': descriptor.digest,
    },
  };
}

/** A name that MLflow takes, and that can be asked for in its filters. */
function modelName(text: string): string {
  const name = text.replace(/^models:\//, '');
  if (name.trim() && !/[/:'"`\\\p{Cc}]/u.test(name)) return name;
  throw new KitwrightError('usage', `${JSON.stringify(text)} is not the name of a registered model.`);
}

/** Somebody who has the address must be able to get the kit. */
function sourceOf(text: string, digest: string): string {
  const { registry, repository } = parseReference(text.replace(/^(?:store|registry):/, ''));
  if (/[.:]/.test(registry)) return `oci://${registry}/${repository}@${digest}`;
  throw new KitwrightError('usage', `${text} names no registry, so nobody else finds this kit.`, {
    hint: 'Push it, and name it there: kitwright export registry.example.com/team/model:v1 NAME --to mlflow.',
  });
}
