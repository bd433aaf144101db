import { join } from 'node:path';

/** Where kits are kept: below the folder that the runner empties with each job, unless the workflow names another one. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['KITWRIGHT_HOME'] || ownFolder(env);
}

export function ownFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(runnerTemp(env), 'kitwright');
}

/** The runner's folder for one job. Throws where there is no runner. */
export function runnerTemp(env: NodeJS.ProcessEnv = process.env): string {
  return env['RUNNER_TEMP'] || failWithoutRunner();
}

function failWithoutRunner(): never {
  throw new Error('RUNNER_TEMP is not set: this is an action of GitHub and needs its runner.');
}
