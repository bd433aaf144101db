import assert from 'node:assert/strict';
import {
  type Diagnostic,
  KitwrightError,
  type KitwrightEvent,
  type OpenedReporter,
  type ReporterOutput,
} from '@kitwright/core/plugin';
import { type Bench, requireMeans } from '../suite/Bench.ts';
import { benchCase, type Case } from '../suite/Case.ts';
import { deepFreeze } from '../suite/deepFreeze.ts';
import { hostileTexts } from '../suite/hostile.ts';
import { leakCase } from '../suite/leftovers.ts';
import { printedBy } from '../suite/printedBy.ts';
import { soonAfter } from '../suite/soonAfter.ts';
import type { MadeReporter } from './MadeReporter.ts';

type ReporterCase = Case<Bench<MadeReporter>>;

const reporterCase = (name: string, run: (made: MadeReporter) => Promise<void>): ReporterCase =>
  benchCase(name, ({ made }) => run(made));

/** One event of each kind, as a command gives them. */
const events: readonly KitwrightEvent[] = deepFreeze([
  { type: 'plan', layers: 2, files: 3, bytes: 30 },
  { type: 'layer-start', layer: 'model', path: 'model.bin', bytes: 20, files: 1 },
  { type: 'layer-progress', layer: 'model', done: 10, bytes: 20 },
  {
    type: 'layer-done',
    layer: 'model',
    role: 'model',
    digest: `sha256:${'a'.repeat(64)}`,
    bytes: 20,
    hashed: 20,
    reused: false,
    existed: false,
  },
  { type: 'stored', digest: `sha256:${'b'.repeat(64)}`, names: ['team/net:v1'], tags: ['v1'] },
  { type: 'copy-start', layer: 'model', path: 'model.bin', bytes: 20 },
  { type: 'copy-progress', layer: 'model', done: 10, bytes: 20 },
  { type: 'copy-done', layer: 'model', bytes: 20, outcome: 'copied' },
  { type: 'unpack-start', layer: 'docs', path: 'docs', bytes: 10 },
  { type: 'unpack-progress', layer: 'docs', done: 5, bytes: 10 },
  { type: 'unpack-done', layer: 'docs', files: 2, bytes: 10 },
] satisfies KitwrightEvent[]);

const failure = new KitwrightError('disk-full', 'There is no space left.', { cause: new Error('ENOSPC') });

/** What is shown of a command. */
export const reporterCases: readonly ReporterCase[] = [
  reporterCase('events: those of a command are taken, to its end', async ({ reporter }) => {
    const { lines } = report(reporter, events, { error: failure });
    for (const line of lines) assert.equal(typeof line, 'string', 'a line is no text');
  }),
  reporterCase('events: in any order, twice, and with an end that had no beginning', async ({ reporter }) => {
    report(reporter, [...events].reverse());
    report(reporter, [...events, ...events]);
    for (const event of events) report(reporter, [event, event]);
    report(reporter, []);
  }),
  reporterCase('events: of types that it does not know are passed over', async ({ reporter }) => {
    const unknown = ['future', '', 'layer-', 'constructor', '__proto__'].map(
      (type) => ({ type }) as unknown as KitwrightEvent,
    );
    const more = events.map((event) => ({ ...event, more: { deep: [1] } }));
    const plain = report(reporter, events).lines.length;
    assert.equal(
      report(reporter, [...unknown, ...more, ...unknown]).lines.length,
      plain,
      'it tells of what it does not know',
    );
  }),
  reporterCase('events: names of any kind are taken', async ({ reporter, written }) => {
    for (const text of hostileTexts) {
      const named = events.map((event) => ({
        ...event,
        ...('layer' in event ? { layer: text } : {}),
        ...('path' in event ? { path: text } : {}),
      }));
      report(reporter, named as readonly KitwrightEvent[], { error: new KitwrightError('disk-full', text) });
      assert.ok(!/\u001b\[/.test((await written?.()) ?? ''), 'what it writes steers a terminal');
    }
  }),
  reporterCase('events: numbers of any size are taken', async ({ reporter }) => {
    for (const value of [0, Number.MAX_SAFE_INTEGER, -1, 0.5]) {
      const sized = events.map((event) => ({
        ...event,
        ...('bytes' in event ? { bytes: value } : {}),
        ...('done' in event ? { done: value } : {}),
      }));
      report(reporter, sized as readonly KitwrightEvent[]);
    }
  }),
  reporterCase('events: many are no many lines, and take no long time', async ({ reporter }) => {
    const progress = Array.from(
      { length: 50_000 },
      (_, done) => ({ type: 'layer-progress', layer: 'model', done, bytes: 50_000 }) as const,
    );
    const { lines } = soonAfter(
      () => report(reporter, [...events.slice(0, 2), ...progress, ...events.slice(3)]),
      'many events',
    );
    assert.ok(lines.length <= 5000, `it wrote ${lines.length} lines`);
  }),
  reporterCase('diagnostics: are taken, whatever they say', async ({ reporter }) => {
    const diagnostics = hostileTexts.map((message): Diagnostic => deepFreeze({ level: 'warning', message }));
    report(reporter, events, { diagnostics });
  }),
  reporterCase('output: a terminal of any width, or none', async ({ reporter }) => {
    for (const columns of [0, 1, 20, 10_000, Number.POSITIVE_INFINITY, Number.NaN])
      for (const isTerminal of [true, false])
        report(reporter, events, { error: failure, output: { columns: () => columns, isTerminal, color: isTerminal } });
  }),
  reporterCase('output: no color where none is wanted', async ({ reporter }) => {
    for (const line of report(reporter, events, { error: failure }).lines)
      assert.ok(!/\u001b/.test(line), `a line with color: ${JSON.stringify(line)}`);
  }),
  reporterCase('output: shows no stack of an error', async ({ reporter, written }) => {
    const { lines } = report(reporter, events, { error: failure });
    for (const text of [...lines, (await written?.()) ?? ''])
      assert.ok(!/^\s+at .*:\d+/m.test(text), 'it shows where in a program it failed');
  }),
  reporterCase('output: writes lines, and nothing to standard output', async ({ reporter }) => {
    assert.deepEqual(await printedBy(() => report(reporter, events, { error: failure })), []);
  }),
  reporterCase('end: it may be closed without a beginning, twice, and told of more', async ({ reporter }) => {
    const opened = reporter.open(outputTo([]));
    opened.close?.();
    opened.close?.();
    for (const event of events) opened.event(event);
    opened.failure?.(failure);
  }),
  reporterCase('two: commands at once do not mix', async ({ reporter }) => {
    const alone = report(reporter, events).lines.length;
    const outputs: string[][] = [[], []];
    const opened = outputs.map((lines) => reporter.open(outputTo(lines)));
    for (const event of events) for (const each of opened) each.event(event);
    for (const each of opened) each.close?.();
    assert.deepEqual(
      outputs.map(({ length }) => length),
      [alone, alone],
    );
  }),
  reporterCase('again: a second command is reported as the first', async ({ reporter }) => {
    const [one, two] = [report(reporter, events).lines, report(reporter, events).lines];
    assert.deepEqual(two.map(withoutTimes), one.map(withoutTimes));
  }),
  reporterCase('written: what it writes elsewhere is there when it is closed', async ({ reporter, written }) => {
    const read = requireMeans(written, 'written');
    report(reporter, events, { error: failure });
    assert.notEqual(await read(), '');
  }),
  leakCase(async ({ made: { reporter } }) => {
    report(reporter, events, { error: failure });
  }),
];

interface Reported {
  readonly error?: KitwrightError;
  readonly diagnostics?: readonly Diagnostic[];
  readonly output?: Partial<ReporterOutput>;
}

/** Reports a command, and gives the lines. */
function report(
  reporter: MadeReporter['reporter'],
  given: readonly KitwrightEvent[],
  { error, diagnostics = [], output = {} }: Reported = {},
): { readonly lines: readonly string[]; readonly opened: OpenedReporter } {
  const lines: string[] = [];
  const opened = reporter.open({ ...outputTo(lines), ...output });
  for (const event of given) opened.event(event);
  for (const diagnostic of diagnostics) opened.diagnostic?.(diagnostic);
  if (error) opened.failure?.(error);
  opened.close?.();
  return { lines, opened };
}

function outputTo(lines: string[]): ReporterOutput {
  return Object.freeze({
    line: (text: string) => void lines.push(text),
    isTerminal: false,
    color: false,
    columns: () => 80,
  });
}

function withoutTimes(line: string): string {
  return line.replace(/\d+(?:[.:]\d+)*\s*(?:ms|s|min|h)?\b/g, '#');
}
