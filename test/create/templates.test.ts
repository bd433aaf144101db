import { availableParallelism } from 'node:os';
import { after, describe, test } from 'node:test';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { checkTemplate } from './checkTemplate.ts';
import { openWorkshop } from './workshop.ts';

const folder = temporaryFolder();
after(() => folder[Symbol.dispose]());
const workshop = await openWorkshop(folder.path);

// The other capabilities differ in sources alone, whose suites run beside them; test/interop makes all of them.
describe('one template in each language, with packed packages', { concurrency: availableParallelism() }, () => {
  for (const language of ['ts', 'js'] as const)
    test(`hooks in ${language}`, () => checkTemplate(workshop, 'hooks', language));
});
