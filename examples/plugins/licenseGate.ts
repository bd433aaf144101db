import { definePlugin, KitwrightError } from '@kitwright/core/plugin';

/** Refuses a kit under a licence that is not allowed, before it gets its name. */
export default (options: { readonly allow: readonly string[] }) =>
  definePlugin({
    name: 'license-gate',
    apiVersion: 1,
    apply({ hooks }) {
      hooks.build.tap(({ hooks: build }) => {
        build.assembled.tap(async ({ kitfile }) => {
          const license = kitfile.package?.license ?? 'none';
          if (options.allow.includes(license)) return;
          throw new KitwrightError('license-not-allowed', `The licence ${license} is not allowed.`, {
            hint: `Allowed are: ${options.allow.join(', ')}.`,
          });
        });
      });
    },
  });
