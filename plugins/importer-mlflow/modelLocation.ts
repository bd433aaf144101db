import { KitwrightError } from '@kitwright/core/plugin';

/** What a URI of MLflow names (MLflow, "Referencing Artifacts"). */
export type ModelLocation =
  /** A version of a registered model; `latest` is the highest one. */
  | { readonly kind: 'version'; readonly name: string; readonly version: string }
  | { readonly kind: 'alias'; readonly name: string; readonly alias: string }
  /** A model that was logged, registered or not. */
  | { readonly kind: 'model'; readonly id: string }
  /** Artifacts of a run; an empty path means all of them. */
  | { readonly kind: 'run'; readonly run: string; readonly path: string };

const scheme = /^(?:mlflow:)?(models|runs):\//;

/** Is this a URI of MLflow, with or without `mlflow:` before it? */
export function isModelLocation(location: string): boolean {
  return scheme.test(location);
}

/** Throws `usage`. */
export function parseModelLocation(location: string): ModelLocation {
  const kind = scheme.exec(location)?.[1];
  const path = location.replace(scheme, '');
  const parsed = kind === 'runs' ? runAt(path) : kind === 'models' ? modelAt(path) : undefined;
  if (parsed) return parsed;
  throw new KitwrightError('usage', `${JSON.stringify(location)} names no model of MLflow.`, {
    hint: 'Write models:/NAME/VERSION, models:/NAME/latest, models:/NAME@ALIAS, models:/m-ID or runs:/RUN_ID/PATH; stages are not supported.',
  });
}

function modelAt(path: string): ModelLocation | undefined {
  const [first = '', version, ...others] = path.split('/');
  if (!first.trim() || first.includes(':') || others.length) return undefined;
  if (version !== undefined)
    return /^(?:\d{1,18}|latest)$/.test(version) ? { kind: 'version', name: first, version } : undefined;
  const at = first.lastIndexOf('@');
  if (at < 0) return /^m-\w+$/.test(first) ? { kind: 'model', id: first } : undefined;
  const [name, alias] = [first.slice(0, at), first.slice(at + 1)];
  return name && alias ? { kind: 'alias', name, alias } : undefined;
}

function runAt(path: string): ModelLocation | undefined {
  const [run = '', ...parts] = path.replace(/\/$/, '').split('/');
  const isSafe = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  return /^\w+$/.test(run) && isSafe ? { kind: 'run', run, path: parts.join('/') } : undefined;
}

/** The name of the model itself. */
export function modelName(location: ModelLocation): string {
  if (location.kind === 'model') return location.id;
  return location.kind === 'run' ? location.path.split('/').at(-1) || location.run : location.name;
}

/** `mlflow/name`, in the letters that names of kits have. */
export function repositoryOf(location: ModelLocation): string {
  const words =
    modelName(location)
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return `mlflow/${words.join('-') || 'model'}`;
}
