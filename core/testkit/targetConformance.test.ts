import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openStore } from '@kitwright/core/internal';
import { createOciArchive, createOciLayout, type Target } from '@kitwright/core/plugin';
import { targetConformance } from './targetConformance.ts';

const kinds: Readonly<Record<string, (folder: string) => Target>> = {
  'local store': (folder) => openStore(folder, {}).local,
  'OCI layout': (folder) => createOciLayout(join(folder, 'layout')),
  'OCI archive': (folder) => createOciArchive(join(folder, 'kit.tar')),
};

for (const [kind, open] of Object.entries(kinds)) {
  describe(kind, () => {
    for (const { name, run } of targetConformance) {
      it(name, async () => {
        const folder = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
        try {
          await run(open(folder), 'localhost/conformance');
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      });
    }
  });
}
