import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKitfile } from './parseKitfile.ts';
import { resolvePlain } from './resolvePlain.ts';

const parse = (parameters: string) =>
  parseKitfile(
    Buffer.from(`manifestVersion: 1.0.0\npackage: {name: x}\nmodel:\n  path: m\n  parameters:\n${parameters}`),
    'Kitfile',
  );
const aliases = (count: number): string => `    b: [${Array(count).fill('*a').join(', ')}]\n`;

test('aliases of one long scalar that expand to more than a config holds are refused', () => {
  for (const quote of ['', '"'])
    assert.throws(() => parse(`    a: &a ${quote}${'1'.repeat(20_000)}${quote}\n${aliases(6000)}`), {
      code: 'kitfile-invalid',
      message: /expands too far/,
    });
});

test('many aliases of a short scalar are fine', () => {
  const { kitfile } = parse(`    a: &a x\n${aliases(500)}`);
  assert.deepEqual(kitfile.model?.parameters, { a: 'x', b: Array(500).fill('x') });
});

test('a number of very many digits is a float or a text, as in go-yaml', () => {
  assert.deepEqual(resolvePlain('1'.repeat(300)), { value: Number('1'.repeat(300)) });
  assert.deepEqual(resolvePlain('1'.repeat(1_000_000)), { value: '1'.repeat(1_000_000) });
  assert.deepEqual(resolvePlain(`0x${'f'.repeat(100)}`), { value: `0x${'f'.repeat(100)}` });
  assert.deepEqual(resolvePlain(`0x${'0'.repeat(100)}1f`), { value: 31n });
});
