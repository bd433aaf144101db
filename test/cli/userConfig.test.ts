import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: c.py\n', 'c.py': '1\n' };
const trusting = { KITWRIGHT_TRUST: '1' };

const settings: Readonly<Record<string, unknown>> = {
  proxy: 'http://proxy.test:1',
  plainHttp: true,
  tlsCert: ['ca.pem'],
  tlsVerify: false,
  registries: {},
};

for (const [key, value] of Object.entries(settings)) {
  const text = JSON.stringify({ [key]: value });
  const configs: Readonly<Record<string, string>> = {
    'kitwright.config.json': text,
    'kitwright.config.yaml': text,
    'package.json': `{"kitwright": ${text}}`,
    'kitwright.config.mjs': `export default ${text};`,
  };
  for (const [name, config] of Object.entries(configs))
    test(`${key} in ${name} of a project is refused, also where it is trusted`, async () => {
      using project = createProject(files, trusting);
      addFiles(project.directory, { [name]: config });
      const { code, stderr } = await project.run('pack', 'project');
      assert.equal(code, 2, stderr);
      assert.match(stderr, new RegExp(`^\\[ERROR\\] config-refused: ${key}: only the user may decide`));
      assert.ok(stderr.includes(`${project.directory}/${name}`));
      assert.match(stderr, /config\.json below the root of your data/);
    });
}

const origins = async (project: Project) => {
  const { stdout } = await project.run('--json', 'config', 'print', 'project', '--origin');
  const { settings: rows, userFile } = JSON.parse(stdout) as {
    readonly userFile: string;
    readonly settings: readonly { readonly name: string; readonly value: unknown; readonly origin: string }[];
  };
  return { userFile, ...Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest])) };
};

for (const [name, text] of Object.entries({
  'config.json': '{"proxy": "p.test:1", "compression": "zstd", "capture": "copy"}',
  'config.yaml': 'proxy: p.test:1\ncompression: zstd\ncapture: copy\n',
}))
  test(`${name} of the user sets everything, and build settings of a project take precedence`, async () => {
    using project = createProject(files);
    addFiles(project.home, { [name]: text });
    addFiles(project.directory, { 'kitwright.config.json': '{"compression": "gzip"}' });
    const [own, theirs] = [`${project.home}/${name}`, `${project.directory}/kitwright.config.json`];
    const found = await origins(project);
    assert.equal(found.userFile, own);
    assert.deepEqual((found as Record<string, unknown>)['proxy'], { value: 'p.test:1', origin: `config ${own}` });
    assert.deepEqual((found as Record<string, unknown>)['capture'], { value: 'copy', origin: `config ${own}` });
    assert.deepEqual((found as Record<string, unknown>)['compression'], { value: 'gzip', origin: `config ${theirs}` });
  });

test("a user's own config is read by every command, with its plugins, and its mistakes stop each", async () => {
  using project = createProject(files);
  addFiles(project.home, { 'config.json': '{"plugins": ["./mine.mjs"]}', 'mine.mjs': 'export default 1;\n' });
  assert.match((await project.run('list')).stderr, /plugin-invalid: The plugin .\/mine\.mjs .* exports a number/);
  addFiles(project.home, { 'config.json': '{"prxy": "p.test:1"}' });
  const { code, stderr } = await project.run('list');
  assert.equal(code, 2);
  assert.match(stderr, /config-invalid: .*prxy/);
});

test('tlsCert is beside the config of the user, and not where a command is typed', async () => {
  using project = createProject(files);
  addFiles(project.home, { 'config.json': '{"tlsCert": ["ca.pem"]}' });
  addFiles(project.directory, { 'ca.pem': 'of a stranger' });
  const { stderr } = await project.run('list', 'localhost:1/team/net');
  assert.match(stderr, new RegExp(`${project.home}/ca\\.pem`));
});
