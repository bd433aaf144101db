import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { turns } from './turns.ts';

/** Frees what nobody holds, and lets everybody hear of it who waits for that. */
export async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const run = runInNewContext('gc') as () => void;
  run();
  await turns(2);
}
