import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  definePlugin,
  eachOf,
  type Importer,
  type ImportRequest,
  type ImportSource,
  KitwrightError,
  type Plugin,
  retrying,
  startOfBody,
} from '@kitwright/core/plugin';
import { downloadHubFile } from './downloadHubFile.ts';
import type { HubOptions } from './HubOptions.ts';
import { bodyOf, createApiFetch, createHubFetch, type HubFetch } from './hubFetch.ts';
import { type HubRepository, hubRepository, requireHubRepository } from './hubRepository.ts';
import type { HubFile } from './listHubFiles.ts';

export type { HubOptions } from './HubOptions.ts';

/** Models and datasets of the Hugging Face Hub, as an importer. */
export function huggingFace(options: HubOptions): Plugin {
  return definePlugin({
    name: '@kitwright/huggingface',
    apiVersion: 1,
    apply({ register }) {
      const importer: Importer = {
        id: 'hf',
        matches: (location) => hubRepository(location, hubOf(options)) !== undefined,
        repositoryOf: (location) => requireHubRepository(location, hubOf(options)).name,
        open: (request) => open(options, request),
      };
      register('importer', importer);
    },
  });
}

const publicHub = 'https://huggingface.co';

function hubOf({ env }: HubOptions): URL {
  const text = env['HF_ENDPOINT'] || publicHub;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new KitwrightError('usage', `HF_ENDPOINT must be an address, not ${JSON.stringify(text)}.`);
}

const defaultRevision = 'main';

async function open(options: HubOptions, request: ImportRequest): Promise<ImportSource> {
  const { location, revision, token, workspace, signal } = request;
  const hub = hubOf(options);
  const repository = requireHubRepository(location, hub);
  const send = createHubFetch(options, hub, token || options.env['HF_TOKEN'], signal);
  const api = { repository, hub, fetch: createApiFetch(options, hub, send, signal) };
  // Imported here because the hub's client is large and only an import needs it.
  const { listHubFiles, pinCommit } = await import('./listHubFiles.ts');
  const commit = await pinCommit(api, revision ?? repository.revision ?? defaultRevision);
  const files = await listHubFiles(api, commit);
  const known = new Map(files.map((file) => [file.path, file]));
  const place = placeOf(hub, commit);
  const download = (file: HubFile, onBytes: (done: number) => void, stop: AbortSignal) =>
    downloadHubFile(
      {
        file,
        url: urlOf(hub, repository, commit, file.path),
        path: join(workspace, place, 'files', file.path),
        // By the file name alone, two files could share one partial file.
        partial: join(workspace, place, 'partials', createHash('sha256').update(file.path).digest('hex')),
        onBytes,
      },
      createHubFetch(options, hub, token || options.env['HF_TOKEN'], stop),
      options,
      stop,
    );
  return {
    repository: repository.name,
    uri: `hf://${repository.type === 'dataset' ? 'datasets/' : ''}${repository.name}`,
    host: hub.host,
    commit,
    files,
    read: (path) =>
      retrying(() => readStart(send, urlOf(hub, repository, commit, path)), { signal, wait: options.wait }),
    fetch: async (wanted, { concurrency, onBytes, signal: outer }) => {
      forgetOthers(workspace, place);
      const stop = new AbortController();
      const both = AbortSignal.any([outer, stop.signal]);
      await eachOf(wanted, concurrency, (file) =>
        download(known.get(file.path) as HubFile, (done) => onBytes?.(file, done), both).catch((error: unknown) => {
          stop.abort(error);
          throw error;
        }),
      );
      return join(workspace, place, 'files');
    },
  };
}

/** Files that are whole are not verified again: those of another hub are not taken for this one's. */
function placeOf(hub: URL, commit: string): string {
  return createHash('sha256').update(`${hub.href}\n${commit}`).digest('hex');
}

function urlOf(hub: URL, { type, name }: HubRepository, commit: string, path: string): string {
  return `${hub.href.replace(/\/$/, '')}/${type === 'dataset' ? 'datasets/' : ''}${name}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** How many bytes of a licence or a SKILL.md are read. */
const maxText = 1024 * 1024;

async function readStart(request: HubFetch, url: string): Promise<Uint8Array> {
  const response = await request(url, { range: `bytes=0-${maxText - 1}` });
  return startOfBody(bodyOf(response, new URL(url).host), maxText);
}

/** Files of another commit are not needed any more. */
function forgetOthers(workspace: string, place: string): void {
  for (const name of readdirSync(workspace))
    if (name !== place) rmSync(join(workspace, name), { recursive: true, force: true });
}
