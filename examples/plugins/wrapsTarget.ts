import { definePlugin, KitwrightError } from '@kitwright/core/plugin';

/** Layouts on disk can be read, but no longer written: the target that there is, with one more rule. */
export default () =>
  definePlugin({
    name: 'read-only-layouts',
    apiVersion: 1,
    apply({ wrap }) {
      wrap('target', 'oci', (inner) => ({
        ...inner,
        open: (location, access, context) => {
          if (access !== 'pull') throw new KitwrightError('target-read-only', `oci:${location} may only be read.`);
          return inner.open(location, access, context);
        },
      }));
    },
  });
