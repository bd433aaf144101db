import type { Finding, Scanner } from '@kitwright/core/plugin';
import type { MakeScanner } from '../../scanner/MadeScanner.ts';
import { processorTime } from '../../suite/soonAfter.ts';
import type { Wrong } from '../testWrong.ts';

const token = /\btok_[a-z0-9]{16}\b/;

/** Finds tokens in small files of settings. */
const tokens: Scanner = {
  id: 'tokens',
  matches: (name, size) => size < 1_000_000 && name.endsWith('.env'),
  scan: (text) => text.split('\n').flatMap((line, at) => (token.test(line) ? [finding(at + 1)] : [])),
};

function finding(line: number, what = 'a token'): Finding {
  return { line, what };
}

export const rightScanner: MakeScanner = made({});

/** Scanners with one error each, and the cases that find it. */
export const wrongScanners: readonly Wrong<MakeScanner>[] = [
  wrong('remembers where it was in a name', { matches: (name, size) => size < 1_000_000 && sticky.test(name) }, [
    'matches: chooses its files by name and size, the same each time',
  ]),
  wrong('reads files of any size', { matches: (name) => name.endsWith('.env') }, ['matches: leaves out what is large']),
  wrong(
    'counts lines from zero',
    { scan: (text) => tokens.scan(text).map(({ line }) => finding(Math.max(1, line - 1))) },
    [
      'scan: finds each, in its line',
      'scan: counts lines also far behind the beginning',
      'scan: finds two in one text',
    ],
  ),
  wrong('looks at the beginning alone', { scan: (text) => tokens.scan(text.slice(0, 10_000)) }, [
    'scan: counts lines also far behind the beginning',
  ]),
  wrong('remembers where it was in a text', { scan: (text) => (everywhere.test(text) ? tokens.scan(text) : []) }, [
    'scan: finds each, in its line',
    'scan: finds the same again, and in another text',
  ]),
  wrong('stops at the first', { scan: (text) => tokens.scan(text).slice(0, 1) }, ['scan: finds two in one text']),
  wrong(
    'tells what it found',
    {
      scan: (text) =>
        text
          .split('\n')
          .flatMap((line, at) => (token.test(line) ? [finding(at + 1, `a token ${token.exec(line)?.[0]}`)] : [])),
    },
    ['scan: says what it is, and nothing of it'],
  ),
  wrong('finds something everywhere', { scan: (text) => (text.includes('two') ? [finding(1)] : tokens.scan(text)) }, [
    'scan: finds nothing where nothing is',
  ]),
  wrong(
    'takes no text that is not well-formed',
    { scan: (text) => (encodeURIComponent(text) === '' ? [] : tokens.scan(text)) },
    ['scan: any text is scanned, and findings are in it'],
  ),
  wrong(
    'reads a text again for each line',
    { scan: (text) => (text.startsWith('\n\n\n') ? slow(text) : tokens.scan(text)) },
    ['scan: its time is linear in the length of a text'],
  ),
];

const sticky = /\.env$/g;
const everywhere = /tok_/g;

/** As a pattern that goes back and forth. */
function slow(text: string): readonly Finding[] {
  const end = processorTime() + 2100;
  while (processorTime() < end) token.test(text);
  return [];
}

function wrong(does: string, spoiled: Partial<Scanner>, fails: readonly string[]): Wrong<MakeScanner> {
  return { does, fails, make: made(spoiled) };
}

function made(spoiled: Partial<Scanner>): MakeScanner {
  return () => ({
    scanner: { ...tokens, ...spoiled },
    secrets: ['tok_a1b2c3d4e5f6g7h8'],
    name: 'local.env',
    clean: ['tok_short', 'a token'],
    others: ['model.bin'],
  });
}
