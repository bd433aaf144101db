import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeStore, type StoreLayout, storeLayout } from '../storeLayout.ts';

/** Runs with an empty store in a fresh folder. */
export async function withStore(run: (layout: StoreLayout) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  try {
    const layout = storeLayout(folder);
    makeStore(layout);
    await run(layout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
