import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { FoundConfig } from '../config/FoundConfig.ts';
import type { WatchFlags } from '../options/addWatchFlags.ts';
import { watchedDirectories } from './watchedDirectories.ts';

const configs = {
  tag: { kits: { a: { directory: '.', tag: 'team/prod:latest' } } },
  tagTemplate: { tagTemplate: 'v{n}' },
};

const projectWith = (config: FoundConfig['config'], within: string | undefined, given: readonly string[] = []) => ({
  user: undefined,
  found: { path: resolve('kitwright.config.json'), bytes: Buffer.alloc(0), owner: 0, config, within },
  plugins: [],
  given: new Set(given),
});

const usual = { tagTemplate: 'v{n}' } as WatchFlags;
const flags: WatchFlags = { ...usual, keep: 'last=1' };

for (const [name, config] of Object.entries(configs))
  test(`a config that is not trusted does not say by its ${name} which kits of the user are removed`, () => {
    assert.throws(() => watchedDirectories(projectWith(config, 'a directory'), ['.'], flags), {
      code: 'config-untrusted',
      message: new RegExp(`"${name}"`),
    });
    watchedDirectories(projectWith(config, 'a directory', ['tag', 'tagTemplate']), ['.'], flags);
    watchedDirectories(projectWith(config, undefined), ['.'], flags);
    watchedDirectories(projectWith(config, 'a directory'), ['.'], usual);
  });
