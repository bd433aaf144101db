import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definePlugin, type Plugin } from '@kitwright/core/internal';
import type { z } from 'zod';
import type { Config } from './Config.ts';
import { configSchema, userConfigSchema } from './schema.ts';

type Frozen<T> = T extends Plugin ? T : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** What the schema accepts. */
type Written = Frozen<z.input<typeof configSchema>>;

// One of these lines fails to compile if the two types differ.
const asConfig = (written: Written): Config => written;
const asWritten = (config: Config): Written => config;

test('a config has at most as many kits as a project may have', () => {
  const kits = (count: number) => Object.fromEntries([...Array(count).keys()].map((i) => [`kit${i}`, {}]));
  assert.ok(configSchema.safeParse({ kits: kits(2000) }).success);
  assert.match(configSchema.safeParse({ kits: kits(2001) }).error?.message ?? '', /at most 2000 kits/);
});

test('the schema accepts everything that the type of a config allows', () => {
  const config: Config = {
    $schema: './config.schema.json',
    compression: 'zstd',
    layerFormat: 'tar',
    layers: 'per-checkpoint',
    capture: 'copy',
    logLevel: 'debug',
    progress: 'plain',
    executor: 'threads',
    verify: [
      {
        match: 'r/**',
        keys: ['cosign.pub'],
        identities: [
          { issuer: 'https://i', subject: 'a' },
          { issuer: 'https://i', subjectRegExp: '.*' },
        ],
        trustedRoot: 'r.json',
      },
    ],
    concurrency: 3,
    tagTemplate: 'run-{n}',
    quiet: 500,
    attestEnv: ['TASK'],
    kits: { base: { directory: 'base', file: 'Kitfile', tag: 'team/base:v1', useModelPack: false } },
    plugins: ['one', ['two', { strict: true }], definePlugin({ name: 'three', apiVersion: 1, apply: () => undefined })],
  };
  assert.deepEqual(configSchema.parse(asWritten(config)), config);
  assert.deepEqual(Object.keys(configSchema.shape).sort(), Object.keys(asConfig(asWritten(config))).sort());
});

test('only the config of a user sets where traffic goes, and only the config of a project names kits', () => {
  const traffic = { plainHttp: true, tlsVerify: false, tlsCert: ['ca.pem'], proxy: 'http://proxy:3128' };
  assert.deepEqual(userConfigSchema.parse(traffic), traffic);
  for (const key of Object.keys(traffic)) assert.ok(!(key in configSchema.shape), key);
  assert.ok(!userConfigSchema.safeParse({ kits: {} }).success);
});
