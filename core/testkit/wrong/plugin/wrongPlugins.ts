import output from 'node:console';
import { openSync } from 'node:fs';
import { definePlugin, KitwrightError, type Plugin, type PluginContext } from '@kitwright/core/plugin';
import type { MakePlugin } from '../../plugin/MadePlugin.ts';
import type { Wrong } from '../testWrong.ts';

export const rightPlugin: MakePlugin = made(() => undefined);

/** Plugins with one error each, and the cases that find it. */
export const wrongPlugins: readonly Wrong<MakePlugin>[] = [
  wrong('prints when it is applied', () => void output.log('hello'), ['apply: prints nothing, and does no work']),
  {
    does: 'remembers that it was applied',
    fails: ['apply: works again, and beside itself'],
    make: (context) => {
      let applied = 0;
      return made(({ hooks }) => {
        const mine = applied++;
        hooks.build.tap(({ hooks: { entry } }) =>
          entry.tap((one) => ({ ...one, annotations: { ...one.annotations, 'org.example.n': `${mine}` } })),
        );
      })(context);
    },
  },
  wrong(
    'counts its runs in the kit',
    ({ hooks }) => {
      let runs = 0;
      hooks.build.tap(({ hooks: { entry } }) => {
        const run = runs++;
        entry.tap((one) => ({ ...one, annotations: { ...one.annotations, 'org.example.run': `${run}` } }));
      });
    },
    ['run: a kit is the same again, and its files come back'],
  ),
  wrong(
    'refuses without a code',
    () => undefined,
    ['run: what it refuses has a code, and the next run is not hindered'],
    () => {
      throw new TypeError('No.');
    },
  ),
  wrong(
    'goes on refusing',
    ({ hooks }) => {
      let isRefused = false;
      hooks.build.tap(({ hooks: { kitfile } }) =>
        kitfile.tap(async (one) => {
          isRefused ||= one.package?.name === 'refused';
          if (isRefused) throw refusal();
          return one;
        }),
      );
    },
    ['run: what it refuses has a code, and the next run is not hindered'],
  ),
  wrong(
    'knows each event',
    ({ hooks }) => {
      hooks.event.tap((event) => {
        if (!/^(?:plan|stored|(?:layer|copy|unpack)-(?:start|progress|done))$/.test(event.type))
          throw new Error(event.type);
      });
    },
    ['events: of any type and name are taken'],
  ),
  wrong(
    'waits whatever the signal says',
    ({ hooks }) => {
      hooks.build.tap(({ hooks: { plan } }) =>
        plan.tap(async (one, { signal }) => {
          await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
          return signal.aborted
            ? new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 400))
            : one;
        }),
      );
    },
    ['abort: a run ends with the signal'],
  ),
  wrong('does not let itself be closed before it ran', stuck, ['close: ends soon, also without a run']),
  wrong(
    'tells a secret',
    ({ context, hooks }) => hooks.build.tap(() => context.logger.warn(`as ${context.env['KITWRIGHT_TEST_SECRET']}`)),
    ['secrets: none is logged, in an error or in a result'],
  ),
  wrong('leaves a file open', () => void openSync(process.execPath, 'r'), [
    'leaks: no timer, socket, file or thread is left when it is disposed',
  ]),
];

/** Ends late if nothing was packed. */
function stuck({ hooks }: PluginContext): void {
  let isUsed = false;
  hooks.build.tap(() => {
    isUsed = true;
  });
  hooks.event.tap(() => {
    isUsed = true;
  });
  hooks.dispose.tap(() => new Promise((resolve) => setTimeout(resolve, isUsed ? 0 : lateMs)));
}

const lateMs = 2200;

type Apply = (context: PluginContext) => void;

function refusal(): Error {
  return new KitwrightError('not-allowed', 'This kit is not allowed.');
}

function wrong(does: string, apply: Apply, fails: readonly string[], refuse?: () => void): Wrong<MakePlugin> {
  return { does, fails, make: made(apply, refuse) };
}

/** Refuses kits of one name. */
function made(
  apply: Apply,
  refuse: () => void = () => {
    throw refusal();
  },
): MakePlugin {
  return ({ secret }) => {
    const plugin: Plugin = definePlugin({
      name: 'gate',
      apiVersion: 1,
      apply: (context) => {
        context.hooks.build.tap(({ hooks: { assembled } }) =>
          assembled.tap(async ({ kitfile }) => {
            if (kitfile.package?.name === 'refused' || kitfile.package?.name === secret) refuse();
          }),
        );
        apply(context);
      },
    });
    const kitfile = { manifestVersion: '1.0.0', package: { name: 'refused' }, docs: [{ path: 'a.txt' }] };
    return { plugin, refused: { kitfile, files: { 'a.txt': 'a' }, code: 'not-allowed' } };
  };
}
