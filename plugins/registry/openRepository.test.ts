import { describe, it } from 'node:test';
import { startRegistry, targetConformance } from '@kitwright/testkit';
import { openTest } from './testing/openTest.ts';

describe('a registry as a target', () => {
  for (const { name, run } of targetConformance) {
    it(name, async () => {
      await using registry = await startRegistry();
      await using test = openTest(registry);
      await run(test.target, `${registry.host}/team/kit`);
    });
  }
});
