import { appendFileSync, closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A training with writers that never rest: `restlessWriter.ts DIRECTORY CHECKPOINTS LIFE`. Each checkpoint stalls in
 * the middle of its weights and is removed LIFE ms after it was finished; its number is printed when it is finished.
 */
const [root = '', count = '5', life = '3000'] = process.argv.slice(2);

const at = (name: string) => join(root, name);

/** Calls a writer every few ms until the checkpoints are done. */
const restless = (ms: number, write: (n: number) => void) => {
  let n = 0;
  return setInterval(() => write(n++), ms);
};

const writers = [
  restless(100, (n) => appendFileSync(at('metrics.csv'), `${n},0.5\n`)),
  restless(5, (n) => appendFileSync(at('fast.jsonl'), `{"step": ${n}}\n`)),
  restless(50, (n) => appendFileSync(at('events.out.tfevents.1'), `event ${n}\n`)),
  restless(30, (n) => appendFileSync(at('notes'), `line ${n}\n`)),
  restless(100, (n) => writeFileSync(at('state.json'), JSON.stringify({ step: n, text: 'x'.repeat((n % 7) * 100) }))),
  restless(10, (n) => writeFileSync(at('quick.json'), JSON.stringify({ step: n }))),
  restless(50, (n) => {
    writeFileSync(at(`.tmp${n % 3}`), JSON.stringify({ step: n }));
    renameSync(at(`.tmp${n % 3}`), at('replaced.json'));
  }),
];

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const weightsOf = (size: number) => {
  const header = JSON.stringify({ w: { dtype: 'U8', shape: [size], data_offsets: [0, size] } });
  const bytes = Buffer.alloc(8 + header.length + size, 7);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  return bytes;
};

const writeCheckpoint = async (step: number) => {
  const directory = at(`checkpoint-${step}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'config.json'), '{}');
  const weights = weightsOf(2_000_000);
  // As safetensors does: under its name when it is whole.
  const unnamed = join(directory, `.tmp${step}`);
  const file = openSync(unnamed, 'w');
  writeSync(file, weights, 0, 1_000_000);
  await pause(500);
  writeSync(file, weights, 1_000_000);
  closeSync(file);
  renameSync(unnamed, join(directory, 'model.safetensors'));
  writeFileSync(join(directory, 'trainer_state.json'), JSON.stringify({ global_step: step, log_history: [] }));
  console.log(step);
  return directory;
};

const removals: Promise<void>[] = [];
for (let step = 1; step <= Number(count); step++) {
  const directory = await writeCheckpoint(step);
  removals.push(pause(Number(life)).then(() => rmSync(directory, { recursive: true })));
  await pause(300);
}
await Promise.all(removals);
for (const writer of writers) clearInterval(writer);
