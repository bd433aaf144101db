import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/a': '1' };

/** What may stand in the place of a file that is read: reading it would never end. */
const endless: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'a link to an endless device': (path) => symlinkSync('/dev/zero', path),
};

for (const [what, make] of Object.entries(endless)) {
  test(`${what} as .kitignore is refused by name`, async () => {
    using project = createProject(files);
    make(join(project.directory, '.kitignore'));
    for (const args of [
      ['pack', 'project', '-t', 'x'],
      ['watch', 'project', '-t', 'x', '--', 'true'],
    ]) {
      const { code, stderr } = await project.run(...args);
      assert.notEqual(code, 0);
      assert.match(stderr, /file-unreadable: .*\.kitignore is no plain file\./, args.join(' '));
    }
  });

  test(`${what} as Kitfile is no Kitfile, in a project and in the target of an unpack`, async () => {
    using project = createProject(files);
    assert.equal((await project.run('pack', 'project', '-t', 'x')).code, 0);
    rmSync(join(project.directory, 'Kitfile'));
    make(join(project.directory, 'Kitfile'));
    assert.match((await project.run('pack', 'project', '-t', 'y')).stderr, /kitfile-not-found/);
    mkdirSync(join(project.path, 'out'));
    make(join(project.path, 'out', 'Kitfile'));
    assert.match((await project.run('unpack', 'x', '-d', 'out')).stderr, /unpack-exists/);
  });

  test(`${what} as the Kitfile that a config names is refused by name`, async () => {
    using project = createProject({ 'm/a': '1', 'kitwright.config.json': '{"kits": {"x": {"file": "k.yaml"}}}' });
    make(join(project.directory, 'k.yaml'));
    const { stderr } = await project.run('pack', 'project', '-t', 'x');
    // Untrusted, what lies elsewhere is not packed at all.
    assert.match(stderr, /k\.yaml is no plain file|config-untrusted: .*k\.yaml/);
  });

  test(`${what} as the index of an OCI layout is refused by name`, async () => {
    using project = createProject(files);
    await project.run('pack', 'project', '-t', 'x');
    mkdirSync(join(project.path, 'layout'));
    make(join(project.path, 'layout', 'index.json'));
    const { code, stderr } = await project.run('copy', 'oci:layout:v1', 'store:y');
    assert.notEqual(code, 0);
    assert.match(stderr, /index\.json is no plain file/);
  });

  test(`${what} as an archive is refused by name`, async () => {
    using project = createProject({});
    make(join(project.path, 'kit.tar'));
    const { code, stderr } = await project.run('copy', 'archive:kit.tar:v1', 'store:y');
    assert.equal(code, 4);
    assert.match(stderr, /kit\.tar is no plain file/);
  });
}
