import assert from 'node:assert/strict';
import type { Finding, Scanner } from '@kitwright/core/plugin';
import type { Bench } from '../suite/Bench.ts';
import { benchCase, type Case } from '../suite/Case.ts';
import { garbage, hostileTexts, isOneLine, noise } from '../suite/hostile.ts';
import { soonAfter } from '../suite/soonAfter.ts';
import type { MadeScanner } from './MadeScanner.ts';

type ScannerCase = Case<Bench<MadeScanner>>;

const scannerCase = (name: string, run: (made: MadeScanner) => Promise<void>): ScannerCase =>
  benchCase(name, ({ made }) => run(made));

/** What is found, and what is said of it. */
export const scannerCases: readonly ScannerCase[] = [
  scannerCase(
    'matches: chooses its files by name and size, the same each time',
    async ({ scanner, name, others = [] }) => {
      for (let i = 0; i < 3; i++) assert.equal(scanner.matches(name, 100), true, name);
      for (const each of others) assert.equal(scanner.matches(each, 100), false, each);
    },
  ),
  scannerCase('matches: leaves out what is large', async ({ scanner, name }) => {
    assert.equal(scanner.matches(name, 2 ** 40), false, 'it wants a TiB of text');
  }),
  scannerCase('matches: any name and size is answered, soon', async ({ scanner }) => {
    for (const text of hostileTexts)
      for (const size of [0, 1, Number.MAX_SAFE_INTEGER])
        assert.equal(typeof soonAfter(() => scanner.matches(text, size), text), 'boolean');
  }),
  scannerCase('scan: finds each, in its line', async ({ scanner, secrets }) => {
    for (const secret of secrets) {
      assert.deepEqual(linesOf(scanner, secret), [1], 'alone');
      assert.deepEqual(linesOf(scanner, `first\n${secret}\nlast\n`), [2], 'in the second line');
      assert.deepEqual(linesOf(scanner, `first\r\n\r\n${secret}`), [3], 'behind lines of Windows');
    }
  }),
  scannerCase('scan: counts lines also far behind the beginning', async ({ scanner, secrets: [secret = ''] }) => {
    assert.deepEqual(linesOf(scanner, `${'a line\n'.repeat(5000)}${secret}\n`), [5001]);
  }),
  scannerCase('scan: finds the same again, and in another text', async ({ scanner, secrets: [secret = ''] }) => {
    for (const text of [secret, secret, `x\n${secret}`, secret])
      assert.ok(scanner.scan(text).length > 0, 'the second time it finds nothing');
  }),
  scannerCase('scan: finds two in one text', async ({ scanner, secrets: [secret = ''] }) => {
    assert.deepEqual(linesOf(scanner, `${secret}\n\n${secret}\n`), [1, 3]);
  }),
  scannerCase('scan: says what it is, and nothing of it', async ({ scanner, secrets }) => {
    for (const secret of secrets)
      for (const { what } of scanner.scan(secret)) {
        assert.ok(isOneLine(what) && what !== '', 'it does not say what it is');
        for (const part of partsOf(secret))
          assert.ok(!what.toLowerCase().includes(part.toLowerCase()), `it tells a part of it: ${part.slice(0, 3)}...`);
      }
  }),
  scannerCase('scan: finds nothing where nothing is', async ({ scanner, clean = [] }) => {
    for (const text of [...clean, '', '\n', 'a text\nof two lines\n', '{"a":1}'])
      assert.deepEqual(scanner.scan(text), [], text.slice(0, 40));
  }),
  scannerCase('scan: any text is scanned, and findings are in it', async ({ scanner, secrets: [secret = ''] }) => {
    const texts = [...hostileTexts, ...Object.values(garbage).map((bytes) => bytes.toString('latin1'))];
    for (const text of [...texts, `\ufeff${secret}`, `${secret}\0`, noise(100_000).toString('latin1')])
      assertFindings(scanner.scan(text), text);
  }),
  scannerCase('scan: its time is linear in the length of a text', async ({ scanner, secrets }) => {
    const beginnings = secrets.flatMap((secret) => [secret, ...[2, 4, 8].map((size) => secret.slice(0, size))]);
    for (const part of ['a', 'A', '0', ' ', '\n', '=', '-', '_', '.', '@', '/', '"', 'a.', 'a@', 'a-', ...beginnings]) {
      const text = part.repeat(Math.ceil((512 * 1024) / Math.max(1, part.length)));
      assertFindings(
        soonAfter(() => scanner.scan(text), JSON.stringify(part)),
        text,
      );
    }
  }),
];

function linesOf(scanner: Scanner, text: string): readonly number[] {
  const found = scanner.scan(text);
  assertFindings(found, text);
  return [...new Set(found.map(({ line }) => line))].sort((a, b) => a - b);
}

function assertFindings(found: readonly Finding[], text: string): void {
  assert.ok(Array.isArray(found), 'it gives no list');
  const lines = found.length === 0 ? 0 : text.split('\n').length;
  for (const { line, what } of found) {
    assert.ok(Number.isSafeInteger(line) && line >= 1 && line <= lines, `line ${line} of ${lines}`);
    assert.ok(isOneLine(what), 'it says something that is no line');
  }
}

/** Eight characters in a row are enough to find it somewhere. */
function partsOf(secret: string): readonly string[] {
  if (secret.length <= 8) return [secret];
  return Array.from({ length: secret.length - 8 }, (_, at) => secret.slice(at, at + 8)).filter((part) =>
    /\d|@/.test(part),
  );
}
