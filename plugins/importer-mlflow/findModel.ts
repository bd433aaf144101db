import { KitwrightError } from '@kitwright/core/plugin';
import { type ApiAnswer, malformed, type TrackingServer } from './createServer.ts';
import { type ModelLocation, modelName } from './modelLocation.ts';

/** A model as the tracking server describes it. */
export interface FoundModel {
  readonly name: string;
  /** Of the registered model. */
  readonly version?: string;
  readonly description?: string;
  readonly run?: string;
  /** Of the logged model. */
  readonly id?: string;
  /** Where its artifacts are: `mlflow-artifacts:/...`, `s3://...`. */
  readonly artifacts: string;
  /** Of its run, else of the logged model. */
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number | string>>;
}

/** Throws `remote-refused` if there is no such model, `remote-malformed`. */
export async function findModel(server: TrackingServer, location: ModelLocation): Promise<FoundModel> {
  if (location.kind === 'run') return findRunModel(server, location.run, location.path);
  if (location.kind === 'model') {
    const model = await loggedModel(server, location.id);
    return model ?? Promise.reject(nothing(server, `a logged model ${location.id}`));
  }
  const found = await (location.kind === 'alias' ? byAlias(server, location) : byVersion(server, location));
  const version = found && textIn(found, 'version');
  if (!found || !version) throw nothing(server, `this version of the model ${JSON.stringify(modelName(location))}`);
  const status = textIn(found, 'status');
  if (status && status !== 'READY')
    throw new KitwrightError(
      'remote-refused',
      `Version ${version} of the model is not ready: it is ${JSON.stringify(status)}.`,
    );
  const place = await server.ask('mlflow/model-versions/get-download-uri', { name: location.name, version });
  const [run, id] = [textIn(found, 'run_id'), textIn(found, 'model_id') ?? idIn(textIn(found, 'source'))];
  const logged = id ? await loggedModel(server, id) : undefined;
  return {
    ...(logged ?? nothingKnown),
    ...(await runData(server, run)),
    ...optional({ run, id, description: textIn(found, 'description') }),
    name: location.name,
    version,
    artifacts: required(server, place, 'artifact_uri'),
  };
}

const nothingKnown = { params: {}, metrics: {} };

async function byVersion(server: TrackingServer, { name, version }: ModelLocation & { kind: 'version' }) {
  if (version !== 'latest')
    return fieldsOf((await server.ask('mlflow/model-versions/get', { name, version }))?.['model_version']);
  const answer = await server.ask('mlflow/registered-models/get-latest-versions', { name });
  // One for each stage.
  const numberOf = (found: ApiAnswer) => Number(textIn(found, 'version'));
  return listOf(answer?.['model_versions']).toSorted((a, b) => numberOf(b) - numberOf(a))[0];
}

async function byAlias(server: TrackingServer, { name, alias }: ModelLocation & { kind: 'alias' }) {
  return fieldsOf((await server.ask('mlflow/registered-models/alias', { name, alias }))?.['model_version']);
}

/** The source of a version of a logged model is `models:/m-ID` (MLflow 3). */
function idIn(source: string | undefined): string | undefined {
  return /^models:\/(m-\w+)$/.exec(source ?? '')?.[1];
}

async function loggedModel(server: TrackingServer, id: string): Promise<FoundModel | undefined> {
  const model = fieldsOf((await server.ask(`mlflow/logged-models/${encodeURIComponent(id)}`))?.['model']);
  if (!model) return undefined;
  const info = fieldsOf(model['info']) ?? {};
  const run = textIn(info, 'source_run_id');
  return {
    ...dataOf(fieldsOf(model['data'])),
    ...(await runData(server, run)),
    ...optional({ run }),
    id,
    name: textIn(info, 'name') ?? id,
    artifacts: required(server, info, 'artifact_uri'),
  };
}

/** Models that are asked for; a run logs one, or one for each checkpoint. */
const maxModels = 1000;

/** Since MLflow 3 what a run logs as a model is kept beside it, under the same path. */
async function findRunModel(server: TrackingServer, run: string, path: string): Promise<FoundModel> {
  const found = fieldsOf((await server.ask('mlflow/runs/get', { run_id: run }))?.['run']);
  if (!found) throw nothing(server, `a run ${run}`);
  const outputs = listOf(fieldsOf(found['outputs'])?.['model_outputs']).slice(0, maxModels);
  for (const id of outputs.flatMap((output) => textIn(output, 'model_id') ?? [])) {
    const model = await loggedModel(server, id);
    if (model?.name === path) return { ...model, run };
  }
  const root = required(server, fieldsOf(found['info']), 'artifact_uri').replace(/\/$/, '');
  return {
    ...dataOf(fieldsOf(found['data'])),
    name: path.split('/').at(-1) || run,
    run,
    artifacts: path ? `${root}/${path}` : root,
  };
}

/** A run may be deleted, and its models not. */
async function runData(server: TrackingServer, run: string | undefined) {
  if (!run) return {};
  const found = fieldsOf((await server.ask('mlflow/runs/get', { run_id: run }))?.['run']);
  return found ? dataOf(fieldsOf(found['data'])) : {};
}

/** Parameters and metrics that are kept, of each. */
const maxValues = 1000;

function dataOf(data: ApiAnswer | undefined): Pick<FoundModel, 'params' | 'metrics'> {
  const params = listOf(data?.['params']).flatMap((param) => {
    const [key, value] = [textIn(param, 'key'), textIn(param, 'value')];
    return key === undefined ? [] : [[key, value ?? ''] as const];
  });
  const metrics = listOf(data?.['metrics']).flatMap(({ key, value }) =>
    // What is no number in JSON comes as a text: NaN, Infinity.
    typeof key === 'string' && (typeof value === 'number' || typeof value === 'string') ? [[key, value] as const] : [],
  );
  return { params: sorted(params), metrics: sorted(metrics) };
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxValues));
}

function fieldsOf(value: unknown): ApiAnswer | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ApiAnswer) : undefined;
}

export function listOf(value: unknown): readonly ApiAnswer[] {
  return Array.isArray(value) ? value.map(fieldsOf).filter((entry) => entry !== undefined) : [];
}

/** Empty texts say nothing. */
export function textIn(fields: ApiAnswer, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value ? value : undefined;
}

function optional<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function required({ host }: TrackingServer, fields: ApiAnswer | undefined, name: string): string {
  const value = fields && textIn(fields, name);
  if (value === undefined) throw malformed(host, `it has no ${name}`);
  return value;
}

function nothing({ host }: TrackingServer, what: string): KitwrightError {
  return new KitwrightError('remote-refused', `${host} does not have ${what}.`, {
    hint: 'MLflow also answers so for what this user may not see.',
  });
}
