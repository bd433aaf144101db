// Where the executable starts: the modules that it holds are imported from it (embeddedModules.cjs), the command first.
const { getAsset } = process.getBuiltinModule('node:sea');
const root = process.getBuiltinModule('node:vm').runInThisContext(getAsset('embeddedModules.cjs', 'utf8'));

/** As core/cli/updates/askInBackground.ts starts us. */
const checksUpdates = process.argv[2] === 'kitwright:check-updates';
if (checksUpdates) process.argv.splice(2, 1);

// Node has forgotten which signals are to be ignored, and there is no shell before us that notes it. Shells name in `_`
// what they start: `nohup` means SIGHUP, the first bit of the mask (core/cli/signals/ignoredSignals.ts).
if (/(?:^|\/)nohup$/.test(process.env._ ?? '')) process.env.KITWRIGHT_SIGIGN = '1';

// `import()` of this script itself knows only modules of Node, from Node 26 on: that of a module knows ours.
const Module = process.getBuiltinModule('node:module');
const importer = new Module('');
importer._compile('module.exports = (url) => import(url)', '');
importer.exports(`${root}node_modules/kitwright/${checksUpdates ? 'dist/updates/check.js' : 'bin/kitwright.js'}`);
