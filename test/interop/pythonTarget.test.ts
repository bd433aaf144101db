import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testTarget } from '@kitwright/testkit';
import { openAtProgram } from '../../plugins/exec/testing/openAtProgram.ts';

const programs = fileURLToPath(new URL('../../examples/python-target', import.meta.url));

describe('a target in Python', () =>
  testTarget(test, ({ folder, signal }) => {
    const location = `folder/${join(folder, 'kits')}`;
    const opened = [openAtProgram({ programs, location, signal })];
    return {
      target: (opened[0] as (typeof opened)[0]).target,
      repository: 'localhost/team/kit',
      reopen: (_, another) => {
        const other = openAtProgram({ programs, location, signal: another.signal });
        opened.push(other);
        return other.target;
      },
      dispose: async () => {
        for (const each of opened) await each[Symbol.asyncDispose]();
      },
    };
  }));
