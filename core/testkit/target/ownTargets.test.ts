import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openStore } from '@kitwright/core/internal';
import { createOciArchive, createOciLayout, type Target } from '@kitwright/core/plugin';
import { testTarget } from './testTarget.ts';

const kinds: Readonly<Record<string, (folder: string) => Target>> = {
  'local store': (folder) => openStore(folder, {}).local,
  'OCI layout': (folder) => createOciLayout(join(folder, 'layout')),
  'OCI archive': (folder) => createOciArchive(join(folder, 'kit.tar')),
};

for (const [kind, open] of Object.entries(kinds))
  describe(kind, () =>
    testTarget(test, ({ folder }) => ({
      target: open(folder),
      repository: 'localhost/team/kit',
      ...(kind === 'local store' ? { otherRepository: 'localhost/team/other' } : {}),
      reopen: () => open(folder),
    })),
  );
