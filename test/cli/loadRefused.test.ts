import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createKitChain } from '../support/kitChain.ts';

const chain = await createKitChain();
after(() => chain[Symbol.dispose]());
await chain.succeed('save', 'team/child:v1', '-o', 'kits.tar');

/** The archive of the chain, unpacked, changed, and put together again. */
function forge(change: (folder: string) => void): void {
  const folder = mkdtempSync(join(chain.path, 'unpacked-'));
  execFileSync('tar', ['-xf', 'kits.tar', '-C', folder], { cwd: chain.path });
  change(folder);
  execFileSync('tar', ['-cf', '../forged.tar', 'oci-layout', 'index.json', 'blobs'], { cwd: folder });
}

interface Entry {
  digest: string;
  size: number;
  annotations?: Record<string, string>;
}

const changeIndex = (change: (entries: Entry[]) => Entry[]) => (folder: string) => {
  const path = join(folder, 'index.json');
  const index = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...index, manifests: change(index.manifests) }));
};

const named = (name: string) =>
  changeIndex(([first, ...rest]) => [
    { ...(first as Entry), annotations: { 'org.opencontainers.image.ref.name': name } },
    ...rest,
  ]);

/** The first kit under so many names: each costs few bytes in the index. */
const manyNames = (count: number) =>
  changeIndex(([first]) =>
    Array.from({ length: count }, (_, i) => ({
      ...(first as Entry),
      annotations: { 'org.opencontainers.image.ref.name': `team/many:v${i}` },
    })),
  );

/** The largest blob of all: the layer of the base. */
const largest = (folder: string): string =>
  execFileSync('sh', ['-c', 'ls -S blobs/sha256/* | head -1'], { cwd: folder, encoding: 'utf8' }).trim();

const cases: readonly (readonly [what: string, change: (folder: string) => void, code: number, message: RegExp])[] = [
  [
    'a blob with other bytes',
    (folder) => writeFileSync(join(folder, largest(folder)), 'x', { flag: 'r+' }),
    4,
    /descriptor-mismatch.* is damaged/,
  ],
  [
    'a blob that is missing',
    (folder) => execFileSync('rm', [join(folder, largest(folder))]),
    1,
    /archive-incomplete: team\/\w+:v1 needs sha256:\w+, which is not in the archive/,
  ],
  [
    'a manifest that is missing',
    changeIndex((all) => all.map((one) => ({ ...one, digest: `sha256:${'0'.repeat(64)}` }))),
    1,
    /archive-incomplete/,
  ],
  ['a name that is none', named('../../etc:v1'), 4, /kit-malformed: The archive gives a kit a name that is none/],
  ['a name with a control character', named('x\u001b[2J:v1'), 4, /kit-malformed/],
  [
    'one name for two kits',
    changeIndex((all) => all.map((one) => ({ ...one, annotations: { 'org.opencontainers.image.ref.name': 'a:v1' } }))),
    4,
    /a:v1 stands for two kits/,
  ],
  ['no kit', changeIndex(() => []), 4, /kit-malformed: There is no kit/],
  ['an index that is no JSON', (folder) => writeFileSync(join(folder, 'index.json'), 'no'), 4, /kit-malformed/],
  [
    'more names of a kit than fit to what was sent',
    manyNames(60_000),
    4,
    /kit-malformed: The archive has more names and manifests/,
  ],
  ['more names than anybody has', manyNames(100_001), 4, /kit-malformed: The archive gives more than 100000 names/],
];

for (const [what, change, code, message] of cases)
  test(`an archive is refused, and nothing has a name: ${what}`, async () => {
    forge(change);
    const refused = await chain.there('load', 'forged.tar');
    assert.equal(refused.code, code, refused.stderr);
    assert.match(refused.stderr, message);
    assert.equal(await chain.succeedThere('list', '--format', '{{.Repo}}'), '');
  });

test('what is no archive is refused', async () => {
  writeFileSync(join(chain.path, 'no.tar'), Buffer.alloc(5000, 'x'));
  writeFileSync(join(chain.path, 'empty.tar'), '');
  for (const [file, message] of [
    ['no.tar', /kit-malformed|unpack-refused/],
    ['empty.tar', /kit-malformed/],
    ['missing.tar', /file-unreadable: There is no file missing\.tar/],
    ['.', /kit-malformed: \. is no plain file/],
  ] as const) {
    const { code, stderr } = await chain.there('load', file);
    assert.notEqual(code, 0);
    assert.match(stderr, message);
  }
});

test('a truncated archive is refused', async () => {
  const bytes = readFileSync(join(chain.path, 'kits.tar'));
  writeFileSync(join(chain.path, 'half.tar'), bytes.subarray(0, bytes.byteLength / 2));
  const { code, stderr } = await chain.there('load', 'half.tar');
  assert.equal(code, 4);
  assert.match(stderr, /kit-malformed/);
});
