import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { getState } from '@actions/core';
import { ownFolder } from './dataFolder.ts';
import { createRunner } from './runKitwright.ts';
import { saveStore } from './storeCache.ts';

/** The end of the job: the store is kept, the login is not. */
export async function finish(): Promise<void> {
  const [home, program, digest, host] = ['home', 'program', 'digest', 'host'].map((name) => getState(name));
  if (!home || !program) return;
  const run = createRunner(program, home);
  // Other logins in a folder that the workflow chose are not ours.
  if (home === ownFolder()) await rm(join(home, 'credentials.json'), { force: true });
  else if (host) await run(['logout', host]);
  if (digest) await saveStore(run, home, digest);
}
