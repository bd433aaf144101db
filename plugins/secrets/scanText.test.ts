import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mayHoldText } from './mayHoldText.ts';
import { scanText } from './scanText.ts';
import { secretRules } from './secretRules.ts';

/** Concatenated, so that no scanner finds this file. */
const aws = ['AKIA', 'Z7QHK3WM5YBN2PDX'].join('');
const hub = ['hf_', 'QwErTyUiOpAsDfGhJkLzXcVbNmQaZwSxEd'].join('');
const github = ['ghp_', 'a8F3kLm29QxZ7rTb5WvC1nYd6HsJ4gPe0uKi'].join('');
const key = ['-----BEGIN RSA ', 'PRIVATE KEY-----\n', 'MIIEpAIBAAKCAQEA7bq'.repeat(5)].join('');

test('tokens are found with their line, and no finding contains the token', () => {
  const text = `a = 1\naws = "${aws}"\n\nhub: ${hub}\nexport T=${github}\n${key}\n`;
  const findings = scanText(text);
  assert.deepEqual(
    findings.map(({ line, what }) => [line, what]),
    [
      [2, 'aws access token'],
      [4, 'huggingface access token'],
      [5, 'github pat'],
      [6, 'private key'],
    ],
  );
  for (const secret of [aws, hub, github]) assert.ok(!JSON.stringify(findings).includes(secret));
});

for (const [what, text] of [
  ['an example of a document', 'AKIAIOSFODNN7EXAMPLE'],
  ['a token without entropy', `ghp_${'a'.repeat(36)}`],
  ['an allowed line', `k = "${aws}"  # gitleaks:allow`],
  ['a name in code', "if '-----BEGIN PRIVATE KEY-----' in text: pass"],
  ['a digest', `sha256:${'0123456789abcdef'.repeat(4)}`],
] as const)
  test(`${what} is not a secret`, () => assert.deepEqual(scanText(text), []));

test('data is not read', () => {
  for (const name of ['a.safetensors', 'a.PNG', 'a.parquet']) assert.ok(!mayHoldText(name, 10));
  for (const name of ['.env', 'a.py', 'id_rsa', 'a.ipynb', 'Dockerfile']) assert.ok(mayHoldText(name, 10));
  assert.ok(!mayHoldText('a.py', 2 * 1024 * 1024));
  assert.ok(!mayHoldText('a.py', 0));
});

/** Beginnings of rules and characters that may follow: text that an attacker would write to slow a scanner down. */
const pieces = fc.constantFrom(
  ...secretRules().flatMap(({ keywords }) => keywords),
  ...['-----BEGIN ', 'PRIVATE KEY-----', '-', '_', '.', 'A', 'a', '0', '=', '/', '\n', ' ', '"', 'xapp-1-A-1-'],
);

test('any text is scanned in time linear in its length', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const once = parts.join('');
      for (const text of [once, once.repeat(50), parts.map((part) => part.repeat(200)).join('')])
        for (const { line } of scanText(text)) assert.ok(line <= text.split('\n').length);
    }),
    { numRuns: 200 },
  );
});

test('a MiB of beginnings is scanned quickly', () => {
  for (const piece of ['-----BEGIN PRIVATE KEY-----', 'xapp-1-A-1-', 'pypi-AgEIcHlwaS5vcmc', 'eyJ', 'sk-', '/'])
    assert.ok(Array.isArray(scanText(piece.repeat(Math.ceil((1024 * 1024) / piece.length)))));
});

test('many tokens on one long line, allowed or not, are scanned in linear time', { timeout: 20_000 }, () => {
  const token = `${github} `;
  const many = token.repeat(50_000);
  assert.deepEqual(scanText(`${many} gitleaks:allow`), []);
  assert.deepEqual(
    scanText(`\n\n${many}`).map(({ line }) => line),
    [3],
  );
  assert.deepEqual(
    scanText(`${github}\n${github} gitleaks:allow\n\n${github}`).map(({ line }) => line),
    [1, 4],
  );
});
