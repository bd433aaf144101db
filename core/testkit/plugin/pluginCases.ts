import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createKitwright, type Diagnostic, type Kitwright, type KitwrightEvent } from '@kitwright/core';
import { definePlugin, KitwrightError } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import { type Bench, requireMeans } from '../suite/Bench.ts';
import { benchCase, type Case } from '../suite/Case.ts';
import { textsOf } from '../suite/files.ts';
import { endsAfterSignal } from '../suite/heeding.ts';
import { assertSentence, hostileTexts } from '../suite/hostile.ts';
import { leakCase } from '../suite/leftovers.ts';
import { packSmallKit, rawLayers, smallKit, unpackSmallKit } from '../suite/packSmallKit.ts';
import { endOf, printedBy, secretCase } from '../suite/printedBy.ts';
import { rejectionOf } from '../suite/rejection.ts';
import { within } from '../suite/within.ts';
import type { MadePlugin } from './MadePlugin.ts';

type PluginBench = Bench<MadePlugin>;
type PluginCase = Case<PluginBench>;

const pluginCase: (name: string, run: (bench: PluginBench) => Promise<void>) => PluginCase = benchCase;

/** What a plugin does to a run, and what is left of it. */
export const pluginCases: readonly PluginCase[] = [
  pluginCase(
    'plugin: has a name, a version of the API, and applies at once',
    async ({ made: { plugin, registers = [] }, ...bench }) => {
      const { name, apiVersion } = definePlugin(plugin);
      assert.ok(name !== '' && apiVersion === 1);
      await withKitwright({ made: { plugin }, ...bench }, async ({ capabilities }) => {
        for (const [kind, id] of registers) assert.equal(capabilities.get(kind, id).id, id);
      });
    },
  ),
  pluginCase('apply: prints nothing, and does no work', async (bench) => {
    const printed = await printedBy(() => withKitwright(bench, async () => undefined));
    assert.deepEqual(printed, []);
  }),
  pluginCase('apply: works again, and beside itself', async (bench) => {
    await withKitwright(bench, (one) =>
      withKitwright(bench, async (two) => {
        const [here, there] = [folderOf(bench, 'here'), folderOf(bench, 'there')];
        const kits = await Promise.all([packSmallKit(one, here, kitOf(bench)), packSmallKit(two, there, kitOf(bench))]);
        assert.equal(kits[0].root.digest, kits[1].root.digest, 'beside each other they make another kit');
      }),
    );
  }),
  pluginCase('run: a kit is the same again, and its files come back', async (bench) => {
    await withKitwright(bench, async (kitwright) => {
      const [first, second] = [
        await packSmallKit(kitwright, folderOf(bench, 'first'), kitOf(bench)),
        await packSmallKit(kitwright, folderOf(bench, 'second'), kitOf(bench)),
      ];
      assert.equal(second.root.digest, first.root.digest, 'the second kit is another');
      const wanted = textsOf(kitOf(bench).files);
      const found = textsOf(await unpackSmallKit(kitwright, folderOf(bench, 'first')));
      for (const [path, text] of Object.entries(found)) if (path in wanted) assert.equal(text, wanted[path], path);
    });
  }),
  pluginCase('run: what it refuses has a code, and the next run is not hindered', async (bench) => {
    const refused = requireMeans(bench.made.refused, 'refused');
    await withKitwright(bench, async (kitwright) => {
      const error = await rejectionOf(() => packSmallKit(kitwright, folderOf(bench, 'refused'), refused), 'the kit');
      assert.ok(error instanceof KitwrightError && error.code === refused.code, `it failed with: ${error.message}`);
      assertSentence(error, 'the refusal');
      await packSmallKit(kitwright, folderOf(bench, 'taken'), kitOf(bench));
    });
  }),
  pluginCase('events: of any type and name are taken', async (bench) => {
    await withKitwright(bench, async (kitwright) => {
      for (const text of hostileTexts) {
        kitwright.event({ type: 'layer-start', layer: text, path: text, bytes: 1, files: 1 });
        kitwright.event({ type: text } as unknown as KitwrightEvent);
        kitwright.diagnostic({ level: 'warning', message: text } satisfies Diagnostic);
      }
    });
  }),
  pluginCase('abort: a run ends with the signal', async (bench) => {
    const [reason, stop] = [new Error('stopped by the user'), new AbortController()];
    await withKitwright(bench, async (kitwright) => {
      const packing = packSmallKit(kitwright, folderOf(bench, 'aborted'), kitOf(bench), { signal: stop.signal });
      setImmediate(() => stop.abort(reason));
      await endsAfterSignal(packing, reason, 'pack');
    });
  }),
  pluginCase('close: ends soon, also without a run', async (bench) => {
    const kitwright = open(bench);
    await within(2000, () => kitwright.close());
  }),
  secretCase(async (bench) => [
    await endOf(() =>
      withKitwright(bench, (kitwright) => packSmallKit(kitwright, folderOf(bench, 'kit'), kitOf(bench))),
    ),
  ]),
  leakCase((bench) =>
    withKitwright(bench, (kitwright) => packSmallKit(kitwright, folderOf(bench, 'kit'), kitOf(bench))),
  ),
];

function kitOf({ made: { kit = smallKit } }: PluginBench) {
  return kit;
}

function folderOf({ context }: PluginBench, name: string): string {
  const folder = join(context.folder, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function open({ made: { plugin, surroundings = [rawLayers] }, context }: PluginBench): Kitwright {
  const listening = definePlugin({
    name: 'listening',
    apiVersion: 1,
    apply: ({ hooks, register }) => {
      hooks.diagnostic.tap(({ message }) => void (context.logged as string[]).push(message));
      // The network of the plugins around it stays, if there is one.
      if (surroundings.every(({ name }) => name !== '@kitwright/registry')) register('network', networkOf(context));
    },
  });
  const { env, home, signal } = context;
  return createKitwright({ plugins: [...surroundings, listening, plugin], threads: 1, env, home, signal });
}

function networkOf({ fetch: send, credentials }: TestContext) {
  return { id: 'default', fetch: send, credentials };
}

async function withKitwright<T>(bench: PluginBench, work: (kitwright: Kitwright) => Promise<T>): Promise<T> {
  const kitwright = open(bench);
  try {
    return await work(kitwright);
  } finally {
    await kitwright.close();
  }
}
