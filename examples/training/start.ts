import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type KitEvent, kitLine, kitTable } from './kitTable.ts';
import { nextCommands } from './nextCommands.ts';
import { prepareData } from './src/prepareData.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(repository, 'core', 'cli', 'bin', 'kitwright.js');
const store = process.env['KITWRIGHT_EXAMPLE_STORE'] ?? join(repository, '.cache', 'kitwright');

rmSync(join(root, 'checkpoints'), { recursive: true, force: true });
console.log('Preparing 10,000 handwritten digits ...');
prepareData(join(root, 'data'));
console.log('Training under "kitwright watch": one kit for each finished checkpoint.\n');
const { kits, status } = await watchTraining();
if (status === 0) {
  console.log(`\n${kitTable(kits)}\n\nTry next:\n`);
  for (const command of nextCommands(repository, store)) console.log(`  ${command}`);
  console.log('');
}
process.exitCode = status;

/** Runs the training under the watch; returns the kits that it made, and its exit status. */
async function watchTraining(): Promise<{ readonly kits: readonly KitEvent[]; readonly status: number }> {
  const kits: KitEvent[] = [];
  const child = spawn(
    process.execPath,
    [cli, ...watchArguments(), '--', process.execPath, join(root, 'src', 'train.ts')],
    {
      stdio: ['inherit', 'inherit', 'pipe'],
    },
  );
  createInterface(child.stderr).on('line', (line) => {
    const event = parseEvent(line);
    if (event?.type === 'kit') kits.push(event);
    const text = event ? eventLine(event) : line;
    if (text) console.log(text);
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject).on('close', (code) => resolve(code ?? 1));
  return { status: await promise, kits };
}

function watchArguments(): readonly string[] {
  const naming = ['--tag', 'digits', '--tag-template', 'kit-{n}', '--metrics', join('checkpoints', 'loss.json')];
  return ['--config', store, '--json', '--progress', 'none', 'watch', root, ...naming];
}

/** The events of the watch with `--json`, one per line. */
type Event = KitEvent | WaitingEvent | { readonly type: 'other' };

interface WaitingEvent {
  readonly type: 'waiting';
  readonly waiting: readonly { readonly path: string; readonly reason: string }[];
}

/** Undefined for lines that are not events: warnings, and errors of the training. */
function parseEvent(line: string): Event | undefined {
  if (!line.startsWith('{"v":')) return undefined;
  return JSON.parse(line) as Event;
}

function eventLine(event: Event): string {
  if (event.type === 'kit') return kitLine(event);
  if (event.type !== 'waiting') return '';
  return event.waiting.map(({ path, reason }) => `  waiting for ${path}: ${reason}`).join('\n');
}
