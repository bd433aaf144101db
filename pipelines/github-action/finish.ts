import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { getState } from '@actions/core';
import { createRunner } from './runKitwright.ts';
import { saveStore } from './storeCache.ts';

/** The end of the job: the store is kept, the login is not. */
export async function finish(): Promise<void> {
  const [home, program, digest] = [getState('home'), getState('program'), getState('digest')];
  if (home === '') return;
  await rm(join(home, 'credentials.json'), { force: true });
  if (digest) await saveStore(createRunner(program, home), home, digest);
}
