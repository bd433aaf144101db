import { definePlugin, KitwrightError, type ModelKit, type Plugin } from '@kitwright/core/plugin';

/** What the config may set. */
export interface Options {
  /** The most bytes that the layers of a kit may have together; 10 GB by default. */
  readonly maxBytes?: number;
}

/** Refuses a kit that is too large, before it gets its names. Throws `kit-too-large`. */
export default function plugin({ maxBytes = 10e9 }: Options = {}): Plugin {
  return definePlugin({
    name: 'kitwright-plugin-my-plugin',
    apiVersion: 1,
    apply({ hooks, context }) {
      hooks.build.tap(({ hooks: build }) => {
        build.assembled.tap(async (kit) => {
          const bytes = bytesOf(kit);
          if (bytes > maxBytes) throw tooLarge(bytes, maxBytes);
          context.logger.debug(`${bytes} of ${maxBytes} bytes`);
        });
      });
    },
  });
}

function bytesOf({ layers }: ModelKit): number {
  return layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
}

function tooLarge(bytes: number, maxBytes: number): KitwrightError {
  return new KitwrightError(
    'kit-too-large',
    `The kit has ${bytes} bytes, more than the ${maxBytes} that are allowed.`,
    {
      data: { bytes, maxBytes },
      hint: 'Leave files out with .kitignore, or raise maxBytes in the config.',
    },
  );
}
