import { type ExportRequest, isObject, KitwrightError, type OpenContext } from '@kitwright/core/plugin';
import { createApi, idOf, malformed, type RegistryApi } from './createApi.ts';
import { type KitSettings, kitSettings } from './kitSettings.ts';

/**
 * Registers a version of a model, with an artifact whose address is the kit by its digest. What is there is left as it is;
 * what an interrupted export left out is added. Throws `usage`, `unauthorized`, `remote-refused`, `network-failed`,
 * `remote-malformed`.
 */
export async function registerKit(request: ExportRequest, context: OpenContext): Promise<readonly string[]> {
  const settings = kitSettings(request);
  const api = await createApi(context);
  const model = await modelOf(api, settings);
  const version = await versionOf(api, settings, model.id);
  const there = version.made ? undefined : await artifactOf(api, settings, version.id);
  if (there === undefined) await api.post(`model_versions/${version.id}/artifacts`, artifact(settings));
  const { name, version: title, uri } = settings;
  return [
    ...(model.made ? [`Made the registered model ${name}`] : []),
    `${name} ${title} ${there === undefined ? 'is' : 'was already'} ${uri}`,
  ];
}

interface Found {
  readonly id: string;
  readonly made: boolean;
}

async function modelOf(api: RegistryApi, { name, description, author }: KitSettings): Promise<Found> {
  const found = await api.get('registered_model', { name });
  if (found) return { id: idOf(found, api.host), made: false };
  const body = { name, ...described(description), ...(author ? { owner: author } : {}), state: 'LIVE' };
  return { id: idOf(await api.post('registered_models', body), api.host), made: true };
}

function described(description: string | undefined) {
  return description ? { description } : {};
}

async function versionOf(api: RegistryApi, settings: KitSettings, model: string): Promise<Found> {
  const { version: name, description, author, properties } = settings;
  const found = await api.get('model_version', { name, parentResourceId: model });
  if (found) return { id: idOf(found, api.host), made: false };
  const made = await api.post('model_versions', {
    registeredModelId: model,
    name,
    ...described(description),
    ...(author ? { author } : {}),
    state: 'LIVE',
    customProperties: properties,
  });
  return { id: idOf(made, api.host), made: true };
}

/** The address of the version's model. Throws `remote-refused` if that is another kit. */
async function artifactOf(
  api: RegistryApi,
  { name, version, uri }: KitSettings,
  id: string,
): Promise<string | undefined> {
  const answer = await api.get(`model_versions/${id}/artifacts`, { artifactType: 'model-artifact' });
  const items = answer?.['items'];
  if (!Array.isArray(items)) throw malformed(api.host, 'it lists no artifacts');
  const uris = (items as unknown[]).filter(isObject).map((item) => item['uri']);
  if (uris.includes(uri)) return uri;
  if (uris.length === 0) return undefined;
  throw new KitwrightError('remote-refused', `${name} ${version} is ${String(uris[0])}, not this kit.`, {
    hint: 'A version never changes: name another one with --option version=NAME.',
  });
}

/** It has the name of the model: by that the client of Python finds it. */
function artifact({ name, uri, format, properties }: KitSettings) {
  return {
    artifactType: 'model-artifact',
    name,
    uri,
    ...(format ? { modelFormatName: format } : {}),
    state: 'LIVE',
    customProperties: properties,
  };
}
