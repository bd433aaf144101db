import { availableParallelism } from 'node:os';
import { after, describe, test } from 'node:test';
import { type Capability, capabilities } from '../../core/create-kitwright-plugin/capabilities.ts';
import { checkTemplate } from '../create/checkTemplate.ts';
import { openWorkshop } from '../create/workshop.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder();
after(() => folder[Symbol.dispose]());
const workshop = await openWorkshop(folder.path);

describe('each template, with packed packages', { concurrency: availableParallelism() }, () => {
  for (const capability of Object.keys(capabilities) as readonly Capability[])
    for (const language of ['ts', 'js'] as const)
      test(`${capability} in ${language}`, () => checkTemplate(workshop, capability, language));
});
