import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { prepareData } from './src/prepareData.ts';

/** What the watch says of a kit with `--json`. */
interface KitEvent {
  readonly type: 'kit';
  readonly digest: string;
  readonly names: readonly string[];
  readonly bytesHashed: number;
  readonly elapsed: number;
  readonly layers: readonly { readonly id: string; readonly reused: boolean; readonly changed: readonly string[] }[];
}

const root = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const cli = fileURLToPath(new URL('../../core/cli/bin/kitwright.js', import.meta.url));
const store = process.env['KITWRIGHT_EXAMPLE_STORE'] ?? join(repository, '.cache', 'kitwright');

const parse = (line: string): KitEvent | undefined => {
  try {
    const value = JSON.parse(line) as KitEvent;
    return value.type === 'kit' ? value : undefined;
  } catch {
    return undefined;
  }
};

const describe = ({ names, digest, bytesHashed, elapsed, layers }: KitEvent): string => {
  const rebuilt = layers.filter(({ reused }) => !reused).map(({ id }) => id);
  const cost = `${(bytesHashed / 1024).toFixed(0)} KiB hashed in ${elapsed} ms`;
  return `${names.at(-1)}  ${digest.slice(0, 19)}  rebuilt ${rebuilt.join(', ') || 'nothing'}; reused ${layers.length - rebuilt.length}  ${cost}`;
};

/** Runs the training under the watch; gives the kits, or the status if it failed. */
const watchTraining = async (): Promise<readonly KitEvent[] | number> => {
  const args = [cli, '--config', store, '--json', 'watch', root, '-t', 'digits', '--tag-template', 'kit-{n}'];
  args.push('--metrics', join('checkpoints', 'loss.json'));
  const command = ['--', process.execPath, join(root, 'src', 'train.ts')];
  const child = spawn(process.execPath, [...args, ...command], { stdio: ['inherit', 'inherit', 'pipe'] });
  const kits: KitEvent[] = [];
  createInterface(child.stderr).on('line', (line) => {
    const kit = parse(line);
    if (kit) kits.push(kit);
    console.log(kit ? `  kit ${kits.length}: ${describe(kit)}` : line);
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  child.on('close', (code) => resolve(code ?? 1));
  const code = await promise;
  return code === 0 ? kits : code;
};

rmSync(join(root, 'checkpoints'), { recursive: true, force: true });
console.log('Preparing 10,000 handwritten digits ...');
prepareData(join(root, 'data'));
console.log('Training under "kitwright watch": one kit per finished checkpoint.\n');
const kits = await watchTraining();
if (typeof kits === 'number') process.exitCode = kits;
else {
  console.log(`\n${kits.length} kits:\n`);
  for (const kit of kits) console.log(`  ${describe(kit)}`);
  const command = `npx kitwright --config ${relative(process.cwd(), store) || '.'}`;
  console.log(`\nTry next:\n  ${command} list\n  ${command} unpack digits:latest -d out --filter model\n`);
}
