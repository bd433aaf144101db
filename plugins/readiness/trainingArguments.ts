import type { PickleValue } from './readPickle.ts';
import { readTorchPickle } from './readTorchPickle.ts';

/**
 * The settings in a `training_args.bin` of the Hugging Face Trainer, whose pickle is read as data and never run: single
 * values, and the names of enumerated ones. Empty if it is something else.
 */
export function trainingArguments(bytes: Buffer): Readonly<Record<string, string>> {
  const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const root = readTorchPickle({ size: bytes.length, read })?.value;
  const state = root?.kind === 'call' ? root.state : undefined;
  if (state?.kind !== 'dict') return {};
  return Object.fromEntries(
    state.entries.flatMap(([key, value]) => {
      const [name, text] = [singleText(key), singleText(value)];
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    }),
  );
}

function singleText(value: PickleValue): string | undefined {
  if (value.kind === 'plain') return value.value === null ? undefined : String(value.value);
  // An enumerated value is its class, called with its name.
  const [only, ...more] = value.kind === 'call' && value.args.kind === 'list' ? value.args.items : [];
  return only?.kind === 'plain' && more.length === 0 ? singleText(only) : undefined;
}
