import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  eachOf,
  type ImportRequest,
  type ImportSource,
  KitwrightError,
  type OpenContext,
  startOfBody,
  type Wait,
} from '@kitwright/core/plugin';
import { artifactFolder, artifactProxy } from './artifactFolder.ts';
import { createServer, type SendOptions } from './createServer.ts';
import { describeModel, packageUrl } from './describeModel.ts';
import { downloadArtifact } from './downloadArtifact.ts';
import { findModel } from './findModel.ts';
import { listArtifacts } from './listArtifacts.ts';
import { parseModelLocation, repositoryOf } from './modelLocation.ts';

/** Lists the artifacts of a model. Throws `usage`, `unauthorized`, `remote-refused`, `remote-malformed`. */
export async function openModel(
  { location, revision, token, workspace, signal }: ImportRequest,
  context: OpenContext,
  wait: Wait | undefined,
): Promise<ImportSource> {
  const parsed = parseModelLocation(location);
  if (revision !== undefined)
    throw new KitwrightError('usage', 'A model of MLflow names its version itself, so --ref does not go with it.');
  const server = await createServer(context, token, signal);
  const found = await findModel(server, parsed);
  const folder = artifactFolder(server, found.artifacts);
  const files = await listArtifacts(server, folder);
  if (!files.length)
    throw new KitwrightError('remote-refused', `${server.host} has no artifacts for ${JSON.stringify(location)}.`);
  const get = (path: string, options: SendOptions) => server.send(urlPath(`${folder}/${path}`), options);
  const read: ImportSource['read'] = async (path) => startOfBody((await get(path, { signal })).body, maxText);
  const mlmodel = files.some(({ path }) => path === 'MLmodel') ? Buffer.from(await read('MLmodel')).toString() : '';
  // Other artifacts than those that an earlier import began with, or those of another server, are in a folder of their own.
  const key = keyOf([server.address, found.artifacts, ...files.map(({ path, size }) => `${size} ${path}`)]);
  return {
    repository: repositoryOf(parsed),
    uri: packageUrl(found, server),
    host: server.host,
    annotations: {
      ...(found.run ? { 'mlflow.run_id': found.run } : {}),
      ...(found.id ? { 'mlflow.model_id': found.id } : {}),
    },
    about: describeModel(found, mlmodel),
    files,
    read,
    fetch: async (wanted, { concurrency, onBytes, signal: outer }) => {
      for (const name of readdirSync(workspace))
        if (name !== key) rmSync(join(workspace, name), { recursive: true, force: true });
      const stop = new AbortController();
      const both = AbortSignal.any([outer, stop.signal]);
      await eachOf(wanted, concurrency, (file) =>
        downloadArtifact({
          file,
          host: server.host,
          path: join(workspace, key, 'files', file.path),
          partial: join(workspace, key, 'partials', keyOf([file.path])),
          onBytes: (done) => onBytes?.(file, done),
          signal: both,
          wait,
          send: (headers) => get(file.path, { headers, signal: both }),
        }).catch((error: unknown) => {
          stop.abort(error);
          throw error;
        }),
      );
      return join(workspace, key, 'files');
    },
  };
}

function urlPath(path: string): string {
  return `${artifactProxy}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function keyOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\0')).digest('hex');
}

/** Bytes of a text file that are read. */
const maxText = 1024 * 1024;
