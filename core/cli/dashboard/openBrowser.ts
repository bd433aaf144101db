import { pathToFileURL } from 'node:url';
import { withSafePath } from '@kitwright/core/internal';
import open from 'open';

/** Shows a file in the browser of this machine; nothing happens where there is none. */
export async function openBrowser(path: string): Promise<void> {
  const browser = await withoutUnsafePath(() => open(pathToFileURL(path).href));
  browser.once('error', () => undefined);
}

/** `open` starts programs by name with the environment of this process, and those start others. */
async function withoutUnsafePath<T>(start: () => Promise<T>): Promise<T> {
  const { PATH } = process.env;
  if (PATH === undefined) return start();
  process.env['PATH'] = withSafePath({ PATH })['PATH'];
  try {
    return await start();
  } finally {
    process.env['PATH'] = PATH;
  }
}
