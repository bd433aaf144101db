import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectBody, KitwrightError, makeDirectories, type OpenContext } from '@kitwright/core/plugin';
import { type Fetcher, Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';

/** In ms, for all of it: the last root is there already, and a silent mirror would be waited for at each file. */
const usualPatience = 60_000;

/** A repository of TUF (The Update Framework 1.0), and its first root, which is trusted for itself. */
export interface TufRepository {
  /** https://… */
  readonly mirror: string;
  readonly root: Uint8Array;
  /** In ms. */
  readonly patience?: number;
}

/**
 * A target of a repository as it is now: the chain of roots, the timestamp and the rest are verified, and kept in
 * `folder`. While the kept timestamp has not expired nobody is asked. Throws for a repository that cannot be reached, or
 * does not verify.
 */
export async function refreshedTarget(
  { mirror, root, patience = usualPatience }: TufRepository,
  name: string,
  folder: string,
  context: OpenContext,
): Promise<Uint8Array> {
  const targetDir = join(folder, 'targets');
  // Whatever the umask: who can write here says whom signatures are trusted to.
  makeDirectories(targetDir, 0o700);
  if (!existsSync(join(folder, 'root.json'))) writeFileSync(join(folder, 'root.json'), root);
  const updater = new Updater({
    metadataDir: folder,
    metadataBaseUrl: mirror,
    targetDir,
    targetBaseUrl: `${mirror}/targets`,
    forceCache: true,
    fetcher: fetcherOf(folder, context, AbortSignal.any([context.signal, AbortSignal.timeout(patience)])),
  });
  const target = await updater.getTargetInfo(name);
  if (!target) throw new KitwrightError('remote-refused', `${mirror} has no ${name}.`);
  return readFileSync((await updater.findCachedTarget(target)) ?? (await updater.downloadTarget(target)));
}

/** With the user's proxies and authorities, which the library's own fetcher does not know. */
function fetcherOf(folder: string, { fetch, userAgent }: OpenContext, signal: AbortSignal): Fetcher {
  const download = async (url: string, limit: number): Promise<Buffer> => {
    const response = await fetch(url, { headers: { 'user-agent': userAgent }, signal });
    if (!response.ok) throw new DownloadHTTPError(`${new URL(url).host} answered ${response.status}`, response.status);
    const tooLarge = () => new KitwrightError('remote-refused', `${response.url} has more than ${limit} bytes.`);
    return collectBody(response, limit, tooLarge);
  };
  return {
    downloadBytes: download,
    downloadFile: async (url, limit, handle) => {
      const temporary = mkdtempSync(join(folder, 'download-'));
      try {
        const path = join(temporary, 'file');
        writeFileSync(path, await download(url, limit));
        return await handle(path);
      } finally {
        rmSync(temporary, { recursive: true, force: true });
      }
    },
  };
}
