import output from 'node:console';
import type { KitwrightEvent, OpenedReporter, ProgressReporter, ReporterOutput } from '@kitwright/core/plugin';
import type { MakeReporter } from '../../reporter/MadeReporter.ts';
import type { Wrong } from '../testWrong.ts';

/** What one command has come to. */
interface Count {
  done: number;
  text: string;
}

type Open = (count: Count, given: ReporterOutput) => Partial<OpenedReporter>;

export const rightReporter: MakeReporter = made(() => ({}));

/** Reporters with one error each, and the cases that find it. */
export const wrongReporters: readonly Wrong<MakeReporter>[] = [
  wrong('needs a beginning before an end', (count) => ({ event: strict(count) }), [
    'events: in any order, twice, and with an end that had no beginning',
  ]),
  wrong('tells of events that it does not know', (_, { line }) => ({ event: ({ type }) => line(`event ${type}`) }), [
    'events: of types that it does not know are passed over',
    'events: many are no many lines, and take no long time',
  ]),
  wrong(
    'tells of each step',
    (_, { line }) => ({ event: ({ type }) => (type.endsWith('-progress') ? line('goes on') : undefined) }),
    ['events: many are no many lines, and take no long time'],
  ),
  wrong(
    'writes names as they are',
    (count) => ({
      event: (event) => {
        if ('path' in event) count.text += event.path;
      },
    }),
    ['events: names of any kind are taken'],
  ),
  wrong(
    'draws a bar as long as what is done',
    (_, { line }) => ({ event: (event) => line(event.type === 'layer-done' ? '#'.repeat(event.bytes) : '') }),
    [
      'events: of types that it does not know are passed over',
      'events: numbers of any size are taken',
      'events: many are no many lines, and take no long time',
    ],
  ),
  wrong(
    'needs a terminal of some width',
    (_, { line, columns }) => ({ failure: () => line('-'.repeat(columns() - 10)) }),
    ['output: a terminal of any width, or none'],
  ),
  wrong('is red in any case', (_, { line }) => ({ failure: ({ code }) => line(`\u001b[31m${code}\u001b[0m`) }), [
    'output: no color where none is wanted',
  ]),
  wrong('shows the stack', (_, { line }) => ({ failure: ({ stack = '' }) => line(stack) }), [
    'output: shows no stack of an error',
  ]),
  wrong('writes to the console', () => ({ failure: ({ code }) => output.log(code) }), [
    'output: writes lines, and nothing to standard output',
  ]),
  wrong('leaves a timer', () => ({ failure: () => void setTimeout(() => undefined, 1500) }), [
    'leaks: no timer, socket, file or thread is left when it is disposed',
  ]),
  {
    does: 'counts all commands together',
    fails: [
      'events: of types that it does not know are passed over',
      'two: commands at once do not mix',
      'again: a second command is reported as the first',
    ],
    make: () => {
      let commands = 0;
      const open: ProgressReporter['open'] = ({ line }) => {
        commands++;
        return {
          event: () => undefined,
          close: () => Array.from({ length: commands }, (_, at) => line(`command ${at}`)),
        };
      };
      return { reporter: { id: 'counting', open }, written: () => 'written' };
    },
  },
];

function strict(count: Count) {
  const begun = new Set<string>();
  return (event: KitwrightEvent) => {
    if (!('layer' in event)) return;
    const [kind] = event.type.split('-');
    if (event.type.endsWith('-start')) begun.add(`${kind} ${event.layer}`);
    else if (!begun.has(`${kind} ${event.layer}`)) throw new Error(`${event.layer} has not begun.`);
    else count.done++;
  };
}

function wrong(does: string, open: Open, fails: readonly string[]): Wrong<MakeReporter> {
  return { does, fails, make: made(open) };
}

/** Counts what is done; says the sum at the end, and writes it elsewhere too. */
function made(spoil: Open): MakeReporter {
  return () => {
    let report = '';
    const open: ProgressReporter['open'] = (given) => {
      const count: Count = { done: 0, text: '' };
      let isClosed = false;
      return {
        event: ({ type }) => {
          if (/^(?:layer|copy|unpack)-done$/.test(type)) count.done++;
        },
        failure: ({ code }) => given.line(`failed: ${code}`),
        close: () => {
          if (isClosed) return;
          isClosed = true;
          given.line(`${count.done} layers`);
          report = `${count.done} layers ${count.text}`;
        },
        ...spoil(count, given),
      };
    };
    return { reporter: { id: 'counting', open }, written: () => report };
  };
}
