import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { openStore } from '@kitwright/core/internal';
import type { FoundConfig } from '../config/FoundConfig.ts';
import type { WatchFlags } from '../options/addWatchFlags.ts';
import type { Session } from '../Session.ts';
import { watchedDirectories } from './watchedDirectories.ts';

const config = { kits: { a: { directory: '.', tag: 'team/prod:latest' } } };

const sessionWith = (
  config: FoundConfig['config'],
  within: string | undefined,
  given: readonly string[] = [],
): Pick<Session, 'project' | 'stores'> => ({
  project: {
    user: undefined,
    found: { path: resolve('kitwright.config.json'), bytes: Buffer.alloc(0), owner: 0, config, within },
    plugins: [],
    given: new Set(given),
  },
  stores: () => openStore(join(import.meta.dirname, 'none')),
});

const usual = { tagTemplate: 'v{n}' } as WatchFlags;
const flags: WatchFlags = { ...usual, keep: 'last=1' };

test('a config that is not trusted does not say by its tag which kits of the user are removed', () => {
  assert.throws(() => watchedDirectories(sessionWith(config, 'a directory'), ['.'], flags), {
    code: 'config-untrusted',
    message: /"tag"/,
  });
  watchedDirectories(sessionWith(config, 'a directory', ['tag']), ['.'], flags);
  watchedDirectories(sessionWith(config, undefined), ['.'], flags);
  watchedDirectories(sessionWith(config, 'a directory'), ['.'], usual);
});
