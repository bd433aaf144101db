import { addPath, exportVariable, saveState, setOutput } from '@actions/core';
import { buildKit } from './buildKit.ts';
import { dataFolder } from './dataFolder.ts';
import { installKitwright } from './installKitwright.ts';
import { readInputs } from './readInputs.ts';
import { createRunner } from './runKitwright.ts';
import { restoreStore } from './storeCache.ts';
import { writeSummary } from './writeSummary.ts';

/** The step: kitwright for this one and those that follow, and a kit if it was asked for. */
export async function start(): Promise<void> {
  const inputs = readInputs();
  const installed = await installKitwright(inputs.version);
  const home = dataFolder();
  addPath(installed.bin);
  exportVariable('KITWRIGHT_HOME', home);
  saveState('home', home);
  saveState('program', installed.program);
  if (inputs.cache) await restoreStore(home, inputs);
  if (inputs.tag === '') return;
  const built = await buildKit(createRunner(installed.program, home), inputs);
  setOutput('digest', built.digest);
  setOutput('ref', built.ref);
  setOutput('changed', built.changed);
  saveState('digest', built.digest);
  await writeSummary(built, inputs);
}
