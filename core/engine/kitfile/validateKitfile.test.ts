import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { parseKitfile } from './parseKitfile.ts';
import { validateKitfile } from './validateKitfile.ts';

const isReference = (text: string): boolean => /^[a-z0-9./]+:[a-z0-9]+$/.test(text);

const mistakes = (text: string): readonly string[] => {
  try {
    validateKitfile(parseKitfile(Buffer.from(`manifestVersion: 1.0.0\n${text}`), 'Kitfile'), isReference, ['s3']);
    return [];
  } catch (error) {
    return error instanceof KitwrightError ? [error, ...error.others].map(({ message }) => message) : assert.fail();
  }
};

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['an absolute path', 'code: [{path: /x}]', /absolute/],
  ['a URL', 'code: [{path: "https://x/y"}]', /only local paths/],
  ['a reference where only the model may have one', 'code: [{path: "a:b"}]', /only local paths/],
  ['the same path in two spellings', 'code: [{path: ./a}]\ndocs: [{path: b/../a}]', /same path a/],
  ['a part with an invalid type', 'model: {path: a, parts: [{path: b, type: "a b"}]}', /invalid type/],
  ['a remoteHash alone', 'datasets: [{path: a, remoteHash: x}]', /no remotePath/],
  ['an S3 path without a hash', 'datasets: [{path: a, remotePath: "s3://b/k"}]', /needs a remoteHash/],
  [
    'a layer within a remote dataset',
    'datasets: [{path: d, remotePath: "a/b:c"}]\ncode: [{path: d/x}]',
    /within the path/,
  ],
  ['an MCP server without a name', 'mcpServers: [{path: x.mcpb}]', /must have a name/],
];

for (const [what, text, pattern] of refused) {
  test(`${what} is refused`, () => assert.match(mistakes(text).join('\n'), pattern));
}

test('a path is within a remote dataset by whole names, and never within its own', () => {
  const within = (datasets: string, code: string) =>
    mistakes(`datasets: [${datasets}]\ncode: [{path: ${code}}]`).length;
  assert.equal(within('{path: d, remotePath: "a/b:c"}', 'd/x/y'), 1);
  assert.equal(within('{path: ./d/, remotePath: "a/b:c"}', 'd'), 2, 'the same path too');
  assert.equal(within('{path: ".", remotePath: "a/b:c"}', 'x'), 1);
  assert.equal(within('{path: d, remotePath: "a/b:c"}', 'dx/y'), 0);
  assert.equal(within('{path: d, remotePath: "a/b:c"}, {path: d/e, remotePath: "a/b:d"}', 'x'), 1);
});

test('a path has no NUL character, which no system takes', () =>
  assert.deepEqual(mistakes('code: [{path: "a\\0b"}]'), [
    'no file has the path of code layer 0: it has a NUL character in it',
  ]));

test('every mistake is listed', () =>
  assert.equal(mistakes('code: [{path: /x}, {path: /y}, {path: "http://z"}]').length, 3));

test('a prompt may share its path', () => assert.deepEqual(mistakes('code: [{path: a}]\nprompts: [{path: a}]'), []));

test('the paths of all layers may lead through so many directories, and no more', () => {
  const layers = (count: number, depth: number) =>
    `code: [${[...Array(count).keys()].map((i) => `{path: ${'a/'.repeat(depth)}f${i}}`).join(', ')}]`;
  assert.deepEqual(mistakes(layers(5, 1900)), []);
  assert.deepEqual(mistakes(layers(1000, 50)), []);
  assert.match(mistakes(layers(20, 1900)).join('\n'), /too many directories/);
});

test('another manifestVersion is only a warning', () => {
  const warnings = validateKitfile(parseKitfile(Buffer.from('manifestVersion: 2'), 'Kitfile'), isReference, ['s3']);
  assert.match(warnings.join(), /manifestVersion 2/);
});

test('data may be at the URLs that plugins read, with its hash', () => {
  const check = (remotePath: string, schemes: readonly string[], hash = 'remoteHash: x') => {
    const text = `manifestVersion: 1.0.0\ndatasets: [{path: a, remotePath: "${remotePath}", ${hash}}]`;
    validateKitfile(parseKitfile(Buffer.from(text), 'Kitfile'), isReference, schemes);
  };
  check('gs://b/k', ['s3', 'gs']);
  assert.throws(() => check('gs://b/k', ['s3']), { message: /^only S3 URLs and ModelKit references .*gs:/ });
  assert.throws(() => check('http://h/k', ['s3', 'gs']), { message: /^only S3, gs URLs and ModelKit references/ });
  assert.throws(() => check('s3://b/k', []), { message: /^only ModelKit references/ });
  assert.throws(() => check('gs://b/k', ['gs'], 'name: d'), { message: /needs a remoteHash/ });
});

test('so many prompts with one path are no mistake, and more are', () => {
  const prompts = (count: number) => mistakes(`prompts: [${'{path: a}, '.repeat(count)}]`);
  assert.deepEqual(prompts(10), []);
  assert.match(String(prompts(11)), /more than 10 prompts use the same path a/);
});
