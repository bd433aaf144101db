import { definePlugin } from '@kitwright/core/plugin';
import { z } from 'zod';

const options = z.strictObject({ prefix: z.string().min(1) });

/** Adds a prefix to the name of each package. Options that do not fit are refused with their place in the config. */
const prefixNames = ({ prefix }: z.output<typeof options>) =>
  definePlugin({
    name: 'prefix-names',
    apiVersion: 1,
    apply({ hooks }) {
      hooks.build.tap(({ hooks: build }) => {
        build.kitfile.tap(async (kitfile) => {
          const name = `${prefix}-${kitfile.package?.name ?? 'model'}`;
          return { ...kitfile, package: { ...kitfile.package, name } };
        });
      });
    },
  });

export default Object.assign(prefixNames, { options });
