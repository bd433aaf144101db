import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';

/** A wrong plugin, and what the error must say besides the package, the file and the place in the config. */
interface Case {
  readonly says: RegExp;
  /** The default export of `kitwright-plugin-gate`, or the whole module if it begins with `module:`. */
  readonly code?: string;
  readonly options?: unknown;
  readonly packed?: Readonly<Record<string, unknown>>;
  /** The line of the config is not shown. */
  readonly noLine?: boolean;
  /** Further flags of `pack`. */
  readonly flags?: readonly string[];
}

const gate = "{ name: 'gate', apiVersion: 1, apply: () => undefined }";

const applying = (run: string) => ({
  code: `{ name: 'gate', apiVersion: 1, apply({ hooks, register, wrap }) { ${run}; } }`,
});
const registering = (kind: string, capability: string) => ({
  code: `{ name: 'gate', apiVersion: 1, apply({ register }) { register('${kind}', ${capability}); } }`,
});
const compressor = (module: string) => ({
  ...registering('compressor', `{ id: 'own', suffix: 'own', module: ${JSON.stringify(module)} }`),
  flags: ['--compression', 'own'],
});
const stream = (run: string) =>
  `data:text/javascript,import { Transform } from 'node:stream'; export const compress = () => new Transform({ transform(chunk, encoding, done) { ${run} } })`;
const readiness = (check: string) =>
  registering('readiness', `{ id: 'own', matches: (name) => name === 'a', check: ${check} }`);

const cases: Readonly<Record<string, Case>> = {
  'no plugin': {
    code: 'module:export const gate = 1;',
    says: /has no plugin as its default export: it exports gate\./,
  },
  'an object that is no plugin': { code: '{ name: 1 }', says: /exports an object instead of a plugin/ },
  'a factory that throws': {
    code: "() => { throw new TypeError('no key'); }",
    says: /plugin-failed.* fails when it is called with its options: no key\..*\n.*\n.*Thrown at \S+kitwright-plugin-gate\/index\.js:1\. /,
  },
  'a factory that returns nothing': {
    code: '() => undefined',
    says: /returns nothing instead .*\n.*\n.*"return" forgotten/,
  },
  'a factory that returns a promise': {
    code: "async () => { throw new Error('x'); }",
    says: /returns a promise instead of a plugin/,
  },
  'options for a plugin that is no function': { code: gate, options: {}, says: /takes no options/ },
  'a module that throws': { code: "module:throw new Error('boom');", says: /plugin-failed.*its module fails: boom\./ },
  'a syntax error': {
    code: 'module:export default {',
    says: /plugin-failed.*its module fails: .*\n.*\n.*hint: "node \S+kitwright-plugin-gate\/index\.js" shows where\. /,
  },
  'an export of the engine that there is not': {
    code: "module:import { nothing } from 'node:fs'; export default nothing;",
    says: /plugin-failed.*its module fails: .*nothing.*\n.*\n.*hint: Thrown at \S+kitwright-plugin-gate\/index\.js:1\. /,
  },
  'a missing peer': {
    code: "module:import '@kitwright/core/plugin';",
    says: /needs @kitwright\/core, its peer, which is not installed.*\n.*\n.*npm install --save-dev @kitwright\/core"/,
  },
  'a missing dependency of CommonJS': {
    code: "module:import { createRequire } from 'node:module'; createRequire(import.meta.url)('left-pad/x');",
    says: /needs left-pad which is not installed/,
  },
  'a missing file': {
    packed: { exports: './no.mjs' },
    says: /is there, but this file is not.*\n.*\n.*Build the plugin/,
  },
  'exports without an entry': { packed: { exports: { './x': './x.js' } }, says: /has no module to import/ },
  'an older API': {
    code: "{ name: 'gate', apiVersion: 0, apply() {} }",
    says: /speaks API 0, .*\n.*\n.*kitwright-plugin-gate 1\.2\.3 is too old: "npm install --save-dev kitwright-plugin-gate@latest"/,
  },
  'a newer API': {
    code: "() => ({ name: 'gate', apiVersion: 2, apply() {} })",
    says: /speaks API 2, .*\n.*\n.*kitwright is too old: "npm install --save-dev kitwright@latest"/,
  },
  'no API version': { code: "{ name: 'gate', apply() {} }", says: /names no apiVersion/ },
  'a tap that is no function': {
    code: "{ name: 'gate', apiVersion: 1, apply({ hooks }) { hooks.build.tap('gate'); } }",
    says: /taps build with a value of type string; it takes a function/,
  },
  'a target that nobody could name': {
    code: "{ name: 'gate', apiVersion: 1, apply({ register }) { register('target', { id: 'My:Place', open: () => ({}) }); } }",
    says: /registers the target "My:Place", which nobody could write before a colon/,
  },
  'a wrapper that returns nothing': {
    code: "{ name: 'gate', apiVersion: 1, apply({ wrap }) { wrap('target', 'registry', () => {}); } }",
    says: /wraps the target registry, and returns no target/,
  },
  'an API version as text': {
    code: "{ name: 'gate', apiVersion: '1', apply() {} }",
    says: /names "1" as its apiVersion, which is no number/,
  },
  'no apply': { code: "{ name: 'gate', apiVersion: 1, apply: 3 }", says: /has no function "apply"/ },
  'a bad name': { code: "{ name: 'A b', apiVersion: 1, apply() {} }", says: /name in lower case/ },
  'the name of a default': {
    code: "{ name: '@kitwright/git', apiVersion: 1, apply() {} }",
    says: /@kitwright\/git is there twice.*\n.*\n.*brings along/,
  },
  'apply that throws': {
    code: "{ name: 'gate', apiVersion: 1, apply() { throw new Error('boom'); } }",
    says: /plugin-failed.*gate failed in apply: boom\./,
  },
  'apply that is async': {
    code: "{ name: 'gate', apiVersion: 1, async apply() {} }",
    says: /plugin-failed.*gate failed in apply: an async function.*\n.*\n.*must be synchronous/,
  },
  'a hook that does not exist': {
    code: "{ name: 'gate', apiVersion: 1, apply({ hooks }) { hooks.bild.tap(() => {}); } }",
    says: /taps the hook "bild", .*there are .*build, .*\n.*\n {2}hint: Did you mean build\?/,
  },
  'a kind that does not exist': {
    code: "{ name: 'gate', apiVersion: 1, apply({ register }) { register('codec', { id: 'x' }); } }",
    says: /unknown kind "codec"/,
  },
  'an id that is taken': {
    code: "{ name: 'gate', apiVersion: 1, apply({ register }) { register('target', { id: 'oci', open() {} }); } }",
    says: /@kitwright\/oci-layout and gate both register the target oci/,
  },
  'options that its schema refuses': {
    code: `Object.assign(() => (${gate}), { options: { '~standard': { version: 1, vendor: 'own', validate: async () => ({
      issues: [{ message: 'must be a list.', path: ['allow', { key: 0 }] }, { message: 'extra' }] }) } } })`,
    options: { allow: 'MIT' },
    says: /refuses its options: allow\[0\]: must be a list\.\n.*\n\[ERROR\] plugin-invalid: extra\./,
  },
  'a schema with a wrong result': {
    code: `Object.assign(() => (${gate}), { options: { '~standard': { validate: () => ({ issues: [{}] }) } } })`,
    says: /plugin-failed.*cannot check its options: the schema gives neither/,
  },
  'a schema that fails': {
    code: `Object.assign(() => (${gate}), { options: { '~standard': { validate() { throw new Error('oh'); } } } })`,
    says: /plugin-failed.*cannot check its options: oh/,
  },
  'a compressor whose module is missing': {
    ...compressor('file:///nowhere/x.js'),
    says: /plugin-invalid.*compressor file:\/\/\/nowhere\/x\.js of the plugin gate cannot be imported: /,
  },
  'a compressor whose module is no URL': {
    ...compressor('./x.js'),
    says: /plugin-invalid.*cannot be imported.*\n.*\n.*import\.meta\.url/,
  },
  'a compressor whose module throws': {
    ...compressor("data:text/javascript,throw new Error('boom')"),
    says: /plugin-failed: The plugin gate failed in the import of its compressor .*boom/,
  },
  'a compressor without a function': {
    ...compressor('data:text/javascript,'),
    says: /plugin-invalid.*exports no function "compress"/,
  },
  'a compressor that gives no stream': {
    ...compressor('data:text/javascript,export const compress = () => 1'),
    says: /plugin-invalid.*gives no stream/,
  },
  'a compressor that throws': {
    ...compressor("data:text/javascript,export const compress = () => { throw new Error('boom'); }"),
    says: /plugin-failed: The plugin gate failed in compress of its compressor .*boom/,
  },
  'a compressor whose stream fails': {
    ...compressor(stream("done(new Error('boom'))")),
    says: /plugin-failed: The plugin gate failed in compress of its compressor .*boom/,
  },
  'a compressor whose stream throws later': {
    ...compressor(stream("setTimeout(() => { throw new Error('boom'); })")),
    says: /plugin-failed: The plugin gate failed in compress of its compressor .*boom/,
  },
  'a readiness check that throws': {
    ...readiness("() => { throw new Error('boom'); }"),
    says: /plugin-failed: The plugin gate failed in readiness own\.check: boom/,
  },
  'a readiness check that is async': {
    ...readiness("async () => ({ state: 'ready' })"),
    says: /plugin-failed: The plugin gate failed in readiness own\.check: an async function/,
  },
  'a readiness check without an answer': {
    ...readiness('() => true'),
    says: /plugin-failed: The plugin gate failed in readiness own\.check: it must return/,
  },
  'a wrapper that throws': {
    ...applying("wrap('target', 'oci', () => { throw new Error('boom'); })"),
    says: /plugin-failed: The plugin gate failed in wrap of target oci: boom\. It is /,
  },
  'a wrapper of nothing': {
    ...applying("wrap('target', 'nope', (inner) => inner)"),
    says: /wraps the target "nope", which nobody/,
  },
  'a hook that throws': {
    ...applying("hooks.build.tap(({ hooks }) => hooks.plan.tap(async () => { throw new Error('boom'); }))"),
    says: /plugin-failed: The plugin gate failed in plan: boom\. It is /,
  },
  'a module that never ends to load': {
    code: 'module:await new Promise(() => undefined); export default 1;',
    says: /plugin-failed: A plugin never ended what it began: kitwright-plugin-gate 1\.2\.3 \(plugins\[1\], .*: loading/,
    noLine: true,
  },
  'a timer that throws': {
    ...applying(
      "hooks.build.tap(({ hooks }) => hooks.plan.tap(async () => { setTimeout(() => { throw new Error('boom'); }); await new Promise(() => undefined); }))",
    ),
    says: /plugin-failed: The plugin gate failed where nobody awaits it: boom\. It is /,
  },
  'a factory that refuses for itself': {
    code: `() => { throw Object.defineProperty(Object.assign(new Error('No licence.'), { code: 'license-not-allowed', data: {}, others: [], exit: 1 }), Symbol.for('kitwright.error'), { value: true }); }`,
    says: /\[ERROR\] license-not-allowed: No licence\..*\n/,
  },
};

const projectWith = ({ code = gate, options, packed }: Omit<Case, 'says'>): Project => {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
  const name = 'kitwright-plugin-gate';
  const manifest = { name, version: '1.2.3', type: 'module', exports: { import: './index.js', require: './no.cjs' } };
  addFiles(project.directory, {
    'kitwright.config.yaml': `plugins:\n  - ./fine.mjs\n  - ${JSON.stringify(options === undefined ? 'gate' : ['gate', options])}\n`,
    'fine.mjs': "export default { name: 'fine', apiVersion: 1, apply() {} };",
    [`node_modules/${name}/package.json`]: JSON.stringify({ ...manifest, ...packed }),
    [`node_modules/${name}/index.js`]: code.startsWith('module:') ? code.slice(7) : `export default ${code};`,
  });
  return project;
};

for (const [what, wrong] of Object.entries(cases))
  test(`${what}: the error names package, file, place and remedy`, async () => {
    using project = projectWith(wrong);
    const { code, stderr } = await project.run('--trust', 'pack', 'project', '-t', 'm:v1', ...(wrong.flags ?? []));
    assert.ok(code === 1 || code === 2, stderr);
    assert.match(stderr, wrong.says);
    if (!wrong.noLine) assert.match(stderr, /kitwright\.config\.yaml:3\n/);
    if (!/license/.test(stderr)) {
      assert.match(stderr, /\[ERROR\] plugin-(?:invalid|failed): /);
      assert.match(stderr, /plugins\[1\]/);
      assert.match(stderr, /kitwright-plugin-gate/);
      assert.match(stderr, /\n {2}hint: \S/);
    }
    assert.doesNotMatch(stderr, /defect|internal-error|\n\s+at .*\(/);
  });

test('the same plugin, right, packs the kit', async () => {
  using project = projectWith({});
  const { code, stderr } = await project.run('--trust', 'pack', 'project', '-t', 'm:v1');
  assert.equal(code, 0, stderr);
});
