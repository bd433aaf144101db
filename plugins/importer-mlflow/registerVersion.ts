import { type ExportRequest, isObject, KitwrightError, type OpenContext } from '@kitwright/core/plugin';
import { type ApiAnswer, createServer, malformed, type TrackingServer } from './createServer.ts';
import { type VersionSettings, versionSettings } from './versionSettings.ts';

/**
 * Registers a version of a model whose source is the kit by its digest. A version that points there already is left as it
 * is, but gets the alias. Throws `usage`, `unauthorized`, `remote-refused`, `network-failed`, `remote-malformed`.
 */
export async function registerVersion(request: ExportRequest, context: OpenContext): Promise<readonly string[]> {
  const settings = versionSettings(request);
  const server = await createServer(context, undefined, context.signal);
  const run = await findRun(server, settings.run ?? importedRun(request), settings.run !== undefined);
  const made = await server.tell('mlflow/registered-models/create', { name: settings.name });
  const there = made ? undefined : await versionOf(server, settings);
  const version = there ?? (await createVersion(server, settings, run));
  if (settings.alias !== undefined) {
    const { name, alias } = settings;
    await server.tell('mlflow/registered-models/alias', { name, alias, version });
  }
  return [
    ...(made ? [`Made the registered model ${settings.name}`] : []),
    `models:/${settings.name}/${version} ${there === undefined ? 'is' : 'was already'} ${settings.source}`,
    ...(settings.alias === undefined ? [] : [`models:/${settings.name}@${settings.alias} is version ${version}`]),
  ];
}

interface Run {
  readonly id: string;
  /** Its page. */
  readonly link: string;
}

/** The run of which the kit was imported. */
function importedRun({ kitfile }: ExportRequest): string | undefined {
  const { parameters } = kitfile.model ?? {};
  const about = isObject(parameters) && isObject(parameters['mlflow']) ? parameters['mlflow']['run'] : undefined;
  return typeof about === 'string' && /^\w+$/.test(about) ? about : undefined;
}

/** A run of this server. One that was only imported may be of another server: then there is none. */
async function findRun(server: TrackingServer, id: string | undefined, isDemanded: boolean): Promise<Run | undefined> {
  if (id === undefined) return undefined;
  const answer = await server.ask('mlflow/runs/get', { run_id: id });
  const info = answer && isObject(answer['run']) ? answer['run']['info'] : undefined;
  if (isObject(info))
    return {
      id,
      link: `${server.address}/#/experiments/${encodeURIComponent(String(info['experiment_id']))}/runs/${id}`,
    };
  if (!isDemanded) return undefined;
  throw new KitwrightError('remote-refused', `${server.host} does not have the run ${id}.`);
}

async function createVersion(server: TrackingServer, settings: VersionSettings, run: Run | undefined): Promise<string> {
  const { name, source, description, tags } = settings;
  const answer = await server.tell('mlflow/model-versions/create', {
    name,
    source,
    ...(run ? { run_id: run.id, run_link: run.link } : {}),
    ...(description === undefined ? {} : { description }),
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  });
  const version = answer && isObject(answer['model_version']) ? answer['model_version']['version'] : undefined;
  if (typeof version === 'string' && /^\d+$/.test(version)) return version;
  throw malformed(server.host, 'it names no version');
}

/** More versions of one model are not searched. */
const mostPages = 100;

/** The newest version with this source. */
async function versionOf(server: TrackingServer, { name, source }: VersionSettings): Promise<string | undefined> {
  let token = '';
  for (let page = 0; page < mostPages; page++) {
    const query = { filter: `name='${name}'`, max_results: '200', ...(token ? { page_token: token } : {}) };
    const answer: ApiAnswer = (await server.ask('mlflow/model-versions/search', query)) ?? {};
    const versions = Array.isArray(answer['model_versions']) ? (answer['model_versions'] as unknown[]) : [];
    const found = versions.filter(isObject).find((each) => each['source'] === source);
    if (found) return String(found['version']);
    token = typeof answer['next_page_token'] === 'string' ? answer['next_page_token'] : '';
    if (!token) return undefined;
  }
  throw new KitwrightError('remote-refused', `${server.host} lists more than ${mostPages * 200} versions of ${name}.`);
}
