import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { targetConformance } from '@kitwright/testkit';
import { openAtProgram } from './testing/openAtProgram.ts';

const programs = fileURLToPath(new URL('../../examples/python-target', import.meta.url));

describe('a target in Python', () => {
  for (const { name, run } of targetConformance)
    it(name, async () => {
      await using opened = openAtProgram({ programs, location: 'folder/FOLDER/kits' });
      await run(opened.target, 'localhost/conformance');
    });
});
