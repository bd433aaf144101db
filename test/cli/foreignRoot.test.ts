import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode:\n  - path: c.py\n', 'c.py': '1\n' };
const stranger = 12_345;
// Only root can give files away, and Windows has no modes.
const needsRoot = process.getuid?.() === 0 ? false : 'needs root';
const needsModes = process.platform === 'win32' ? 'needs modes' : false;

const pack = (project: Project) => project.run('pack', 'project', '-t', 'x:1');

const open = (path: string) => {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o777);
};

const own = (path: string) => {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chownSync(path, stranger, stranger);
};

type Make = (home: string) => void;

const openOnes: Readonly<Record<string, Make>> = {
  'a root': (home) => open(home),
  'a sticky root': (home) => {
    open(home);
    chmodSync(home, 0o1777);
  },
  'a store': (home) => open(join(home, 'store')),
  'blobs of a store': (home) => open(join(home, 'store', 'blobs')),
  'a cache': (home) => open(join(home, 'cache')),
  'a config': (home) => {
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(join(home, 'config.json'), '{}');
    chmodSync(join(home, 'config.json'), 0o666);
  },
};

const foreignOnes: Readonly<Record<string, Make>> = {
  'a root': own,
  'a store': (home) => own(join(home, 'store')),
  'the objects of a store': (home) => own(join(home, 'store', 'objects')),
  credentials: (home) => {
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(join(home, 'credentials.json'), '{}');
    chownSync(join(home, 'credentials.json'), stranger, stranger);
  },
  'a link as config': (home) => {
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(`${home}-unpacked.json`, '{"plugins": ["/nowhere.mjs"]}');
    symlinkSync(`${home}-unpacked.json`, join(home, 'config.json'));
    lchownSync(join(home, 'config.json'), stranger, stranger);
  },
};

for (const [kind, skip, ones] of [
  ['to which others can write', needsModes, openOnes],
  ['of another user', needsRoot, foreignOnes],
] as const)
  for (const [what, make] of Object.entries(ones))
    test(`nothing is read or stored: ${what} ${kind}`, { skip }, async () => {
      using project = createProject(files);
      make(project.home);
      for (const result of [await pack(project), await project.run('list'), await project.run('login', 'h.test')]) {
        assert.equal(result.code, 4, result.stderr);
        assert.match(result.stderr, /store-untrusted: Another user owns .*KITWRIGHT_TRUST=/s);
      }
      assert.ok(!existsSync(join(project.home, 'store', 'index.json')));
    });

test('a root of another user is used if KITWRIGHT_TRUST names it, as in a container', { skip: needsRoot }, async () => {
  using project = createProject(files);
  own(project.home);
  const args = ['--config', project.home, 'pack', 'project', '-t', 'x:1'];
  const { code, stderr } = await runHosted(args, { cwd: project.path, env: { KITWRIGHT_TRUST: project.home } });
  assert.equal(code, 0, stderr);
});

test('a root for the group of its user is their own; one for another group is not', { skip: needsModes }, async () => {
  using project = createProject(files);
  mkdirSync(project.home);
  chmodSync(project.home, 0o770);
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  assert.equal((await pack(project)).code, uid === gid ? 0 : 4);
});

test('new roots are private', { skip: needsModes }, async () => {
  using project = createProject(files);
  assert.equal((await pack(project)).code, 0);
  assert.equal((await pack(project)).code, 0);
  assert.ok(readdirSync(project.home).includes('store'));
});

/** No program of Node's sets one (acl(5)); the numbers are those of linux/posix_acl_xattr.h. */
const giveList = `
import os, struct, sys
entry = lambda tag, rights, who=0xffffffff: struct.pack('<HHI', tag, rights, who)
text = struct.pack('<I', 2) + entry(1, 7) + entry(2, 7, ${stranger}) + entry(4, 5) + entry(16, 7) + entry(32, 5)
os.setxattr(sys.argv[1], 'system.posix_acl_default', text)
`;

test('nor is one that a list gives to another user, which looks like the right of a group of our own', async (t) => {
  using project = createProject(files);
  mkdirSync(dirname(project.home), { recursive: true });
  if (spawnSync('python3', ['-c', giveList, dirname(project.home)]).status !== 0) return t.skip('no access lists here');
  mkdirSync(project.home);
  const { code, stderr } = await pack(project);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /store-untrusted/);
});
