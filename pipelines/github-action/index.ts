import { getState, saveState, setFailed } from '@actions/core';
import { finish } from './finish.ts';
import { start } from './start.ts';

/** The runner starts this file twice: as the step, and at the end of the job. */
const isEnd = getState('started') === 'true';
saveState('started', 'true');
try {
  await (isEnd ? finish() : start());
} catch (error) {
  setFailed(error instanceof Error ? error.message : String(error));
}
