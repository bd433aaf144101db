import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFeatureAvailable, restoreCache, saveCache } from '@actions/cache';
import { getState, info, saveState, warning } from '@actions/core';
import type { Inputs } from './readInputs.ts';
import type { RunKitwright } from './runKitwright.ts';

/** Only the store: logins and unfinished uploads lie beside it. */
const storeIn = (home: string) => join(home, 'store');

/** Brings back what the store knew at the end of an earlier run. A cache that fails costs time and nothing else. */
export async function restoreStore(home: string, { tag, directory, file }: Inputs): Promise<void> {
  if (!isFeatureAvailable()) return info('There is no cache service here: the store begins empty.');
  const kit = createHash('sha256')
    .update(JSON.stringify([tag, directory, file]))
    .digest('hex')
    .slice(0, 16);
  const prefix = ['kitwright', process.platform, process.arch, kit, ''].join('-');
  saveState('cache', prefix);
  try {
    // No entry has this name itself: the newest one that begins with it is taken.
    const found = await restoreCache([storeIn(home)], prefix, [prefix]);
    saveState('restored', found ?? '');
  } catch (error) {
    await rm(storeIn(home), { recursive: true, force: true });
    warning(`The cache of the store was not restored: ${messageOf(error)}`);
  }
}

/** Keeps the store, once for each kit: entries cannot be replaced. */
export async function saveStore(run: RunKitwright, home: string, digest: string): Promise<void> {
  const prefix = getState('cache');
  const key = `${prefix}${digest.replace(/^sha256:/, '')}`;
  if (prefix === '' || getState('restored') === key) return;
  try {
    await run(['store', 'gc']);
    await saveCache([storeIn(home)], key);
  } catch (error) {
    warning(`The cache of the store was not saved: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
