import { definePlugin } from '@kitwright/core/plugin';

/** Taps each hook that there is, and notes that it was called. */
export default (note: (text: string) => void) =>
  definePlugin({
    name: 'every-hook',
    apiVersion: 1,
    apply({ hooks }) {
      hooks.configure.tap(({ plugins }) => note(`configure: ${plugins.length} plugins`));
      hooks.event.tap(({ type }) => note(`event: ${type}`));
      hooks.diagnostic.tap(({ level, message }) => note(`diagnostic: ${level}: ${message}`));
      hooks.watchChange.tap(({ count }) => note(`watchChange: ${count} paths`));
      hooks.dispose.tap(async () => note('dispose'));
      hooks.build.tap(({ hooks: build }) => {
        note('build');
        build.kitfile.tap(async (kitfile) => ({ ...kitfile, package: { ...kitfile.package, authors: ['The team'] } }));
        build.entry.tap((entry) => ({ ...entry, annotations: { ...entry.annotations, 'org.example.team': 'vision' } }));
        build.file.tap(({ path }) => (path.endsWith('.orig') ? 'skip' : undefined));
        build.plan.tap(async (plan) => plan);
        build.layer.tap(async ({ entry, cost }) => note(`layer: ${entry.id}, ${cost.hashedBytes} bytes hashed`));
        build.manifest.tap(async (draft) => draft);
        build.assembled.tap(async ({ root }) => note(`assembled: ${root.size} bytes of manifest`));
        build.stored.tap(async ({ manifestSaved }) => note(`stored: ${manifestSaved ? 'new' : 'there before'}`));
        build.done.tap(async () => note('done'));
        build.beforePush.tap(async ({ tags }) => note(`beforePush: ${tags}`));
        build.blob.tap(async ({ outcome }) => note(`blob: ${outcome}`));
        build.signed.tap(async ({ evidence }) => note(`signed: ${evidence.length}`));
        build.pushed.tap(async ({ destination, root }) => note(`pushed: ${await destination.exists(root)}`));
        build.beforePull.tap(async ({ tags }) => note(`beforePull: ${tags}`));
        build.pulled.tap(async ({ tags }) => note(`pulled: ${tags}`));
        build.beforeUnpack.tap(async ({ filters }) => note(`beforeUnpack: ${filters.length} filters`));
        build.unpacked.tap(async ({ root }) => note(`unpacked: ${root.mediaType}`));
      });
    },
  });
