import type { Kitfile } from '@kitwright/core/plugin';
import type { TrackingServer } from './createServer.ts';
import type { FoundModel } from './findModel.ts';

/** What a generated Kitfile says of the model; `mlmodel` is the text of its file `MLmodel`, empty if it has none. */
export function describeModel(found: FoundModel, mlmodel: string): Pick<Kitfile, 'package' | 'model'> {
  const { name, version, description, run, id, params, metrics } = found;
  const flavors = flavorsIn(mlmodel);
  // Every model has this one beside that of its framework.
  const framework = flavors.find((flavor) => flavor !== 'python_function');
  const common = { name, ...(version ? { version } : {}), ...(description ? { description } : {}) };
  const known = {
    ...(run ? { run } : {}),
    ...(id ? { model: id } : {}),
    ...(flavors.length ? { flavors } : {}),
    ...(Object.keys(params).length ? { parameters: params } : {}),
    ...(Object.keys(metrics).length ? { metrics } : {}),
  };
  return {
    package: common,
    model: { ...common, ...(framework ? { framework } : {}), parameters: { mlflow: known } },
  };
}

/** The keys of `flavors` in an `MLmodel`, which MLflow writes as YAML in block style, indented by two. */
function flavorsIn(mlmodel: string): readonly string[] {
  const lines = mlmodel.split(/\r?\n/);
  const start = lines.indexOf('flavors:') + 1;
  if (!start) return [];
  const end = lines.findIndex((line, at) => at >= start && /^\S/.test(line));
  return lines
    .slice(start, end < 0 ? undefined : end)
    .flatMap((line) => /^ {2}([\w.-]{1,64}):/.exec(line)?.[1] ?? [])
    .slice(0, maxFlavors);
}

const maxFlavors = 100;

/** The package URL of the model (purl-spec, type `mlflow`). */
export function packageUrl({ name, version, run, id }: FoundModel, { address }: TrackingServer): string {
  const qualifiers = { model_uuid: id, repository_url: address, run_id: run };
  const query = Object.entries(qualifiers).flatMap(([key, value]) =>
    value ? [`${key}=${encodeURIComponent(value)}`] : [],
  );
  return `pkg:mlflow/${encodeURIComponent(name)}${version ? `@${encodeURIComponent(version)}` : ''}?${query.join('&')}`;
}
