import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createKitwright } from '@kitwright/core';
import { type TestContext, testImporter } from '@kitwright/testkit';
import { git } from './index.ts';

const files = {
  'README.md': '# Net\n',
  'data/über alles.csv': 'a,b\n'.repeat(50_000),
  'model.bin': Buffer.alloc(300_000, 7),
};

testImporter(test, (context) => {
  const repository = createRepository(context);
  repository.commit(files);
  // A link is no file of the import, wherever it leads.
  symlinkSync('/etc/passwd', join(repository.path, 'link'));
  repository.commit({ '.gitattributes': '*.bin binary\n' });
  const { capabilities } = createKitwright({ plugins: [git({ env: repository.env })] });
  return {
    importer: capabilities.get('importer', 'git'),
    location: pathToFileURL(repository.path).href,
    files,
    token: context.secret,
    missing: pathToFileURL(join(context.folder, 'team', 'missing')).href,
    others: ['owner/name', 'hf://owner/name', 's3://bucket/key', './owner/name'],
    move: repository.commit,
  };
});

function createRepository({ folder, home }: TestContext) {
  const path = join(folder, 'origin', 'team', 'net');
  mkdirSync(path, { recursive: true });
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const run = (...args: readonly string[]) => execFileSync('git', args, { cwd: path, env, stdio: 'ignore' });
  run('init', '-q', '-b', 'main');
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  return {
    path,
    env,
    commit: (changed: Readonly<Record<string, string | Uint8Array>>) => {
      for (const [name, bytes] of Object.entries(changed)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), bytes);
      }
      run('add', '.');
      run(...author, 'commit', '-q', '-m', 'more');
    },
  };
}
