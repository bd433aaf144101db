import { bytePath, checkEntryName, type ImportFile } from '@kitwright/core/plugin';
import { type ApiAnswer, malformed, type TrackingServer } from './createServer.ts';
import { listOf } from './findModel.ts';

const maxFiles = 1_000_000;
const maxFolders = 100_000;
/** Characters of all paths: names are sent once, and those of folders above stand in each path below. */
const maxText = 128 * 1024 * 1024;

/**
 * All files below a folder of the artifact proxy, with paths relative to it. Throws `remote-malformed`;
 * `unpack-refused` for a name that would leave the folder.
 */
export async function listArtifacts(server: TrackingServer, folder: string): Promise<readonly ImportFile[]> {
  const { host } = server;
  const files = new Map<string, ImportFile>();
  const folders = [''];
  let text = 0;
  for (const below of folders) {
    const path = below ? `${folder}/${below}` : folder;
    const answer = await server.ask('mlflow-artifacts/artifacts', { path });
    for (const entry of listOf(answer?.['files'])) {
      const own = join(below, nameOf(entry, host));
      text += own.length;
      if (text > maxText) throw malformed(host, 'its paths are too long together');
      if (entry['is_dir'] === true) folders.push(own);
      else if (files.has(own)) throw malformed(host, `it lists ${JSON.stringify(own)} twice`);
      else files.set(own, { path: own, size: sizeOf(entry, own, host) });
    }
    if (files.size > maxFiles || folders.length > maxFolders) throw malformed(host, 'it lists files without end');
  }
  return [...files.values()];
}

function join(below: string, name: string): string {
  const path = below ? `${below}/${name}` : name;
  // Bounds the depth of folders too.
  checkEntryName(bytePath(path));
  return path;
}

/** The proxy gives names; other servers that speak its API give whole paths. */
function nameOf({ path }: ApiAnswer, host: string): string {
  if (typeof path !== 'string' || !path.isWellFormed() || path.includes('/'))
    throw malformed(host, `${JSON.stringify(path)} is no name of a file`);
  return path;
}

function sizeOf({ file_size: size }: ApiAnswer, path: string, host: string): number {
  const bytes = typeof size === 'string' && /^\d{1,16}$/.test(size) ? Number(size) : size;
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0)
    throw malformed(host, `the size of ${JSON.stringify(path)} is none`);
  return bytes;
}
