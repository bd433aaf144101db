import assert from 'node:assert/strict';
import { linkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';

/** A file that says that it is so long, under many names. */
const makeNames = (directory: string, size: number, count: number) => {
  const first = join(directory, 'm', 'first');
  writeFileSync(first, 'begins');
  truncateSync(first, size);
  for (let i = 1; i < count; i++) linkSync(first, join(directory, 'm', `name${i}`));
};

const kitfile = 'manifestVersion: 1.0.0\nmodel: {path: m}\n';

for (const count of [200, 300])
  test(`one file under ${count} names is refused where all of them do not fit on the disk`, {
    timeout: 60_000,
  }, async () => {
    using project = createProject({ Kitfile: kitfile, 'm/other': 'other' });
    makeNames(project.directory, 1024 ** 4, count);
    const { code, stderr } = await project.run('pack', project.directory, '-t', 'team/names:1');
    assert.equal(code, 2);
    assert.match(stderr, /layer-path-refused: .* 1099511627781 without those that are names of others/);
  });

test('hard links that fit are packed', async () => {
  using project = createProject({ Kitfile: kitfile, 'm/other': 'other' });
  makeNames(project.directory, 100_000, 300);
  const { code, stderr } = await project.run('pack', project.directory, '-t', 'team/names:1');
  assert.equal(code, 0, stderr);
});
