import type { Tensor } from '@kitwright/core/plugin';
import { type PickleValue, textOf } from './readPickle.ts';
import { type ByteRange, readTorchPickle, type TorchFile } from './readTorchPickle.ts';

/** Storages by the name of their class: dtype and bytes of an element (torch/storage.py). */
const storages: Readonly<Record<string, readonly [dtype: string, bytes: number]>> = {
  DoubleStorage: ['F64', 8],
  FloatStorage: ['F32', 4],
  HalfStorage: ['F16', 2],
  BFloat16Storage: ['BF16', 2],
  LongStorage: ['I64', 8],
  IntStorage: ['I32', 4],
  ShortStorage: ['I16', 2],
  CharStorage: ['I8', 1],
  ByteStorage: ['U8', 1],
  BoolStorage: ['BOOL', 1],
};

/** Tensors of a file that are listed. */
const mostTensors = 100_000;

/** A pickle names one text or list any number of times, so what is made of each use must be small. */
const [maxName, maxDimensions] = [1_024, 64];

/**
 * The tensors in what `torch.save` wrote: a ZIP with `data.pkl` and `data/0`, `data/1`, ... The pickle is read, never
 * run. Source: torch/serialization.py, `_save`.
 */
export function torchTensors(file: TorchFile): readonly Tensor[] | undefined {
  const pickle = readTorchPickle(file);
  if (!pickle) return undefined;
  const found: Tensor[] = [];
  for (const { name, value } of tensorValues({ value: pickle.value, name: '' })) {
    const tensor = found.length < mostTensors && name.length <= maxName ? tensorOf(name, value) : undefined;
    // A tensor that is left out would look the same as one that did not change.
    if (!tensor) return undefined;
    found.push({ ...tensor.header, bytes: rangeOf(tensor, pickle.storage(tensor.key)) });
  }
  return found;
}

function rangeOf({ from, length }: Found, storage: ByteRange | undefined): Tensor['bytes'] {
  if (length === undefined || !storage || from + length > storage.size) return undefined;
  return { offset: storage.offset + from, size: length };
}

interface Named {
  readonly value: PickleValue;
  readonly name: string;
}

/** The tensors in dictionaries and lists, with names such as `state_dict.layer.weight`; what is shared, once. */
function* tensorValues(root: Named): Iterable<Named> {
  const seen = new Set<PickleValue>();
  const waiting = [root];
  for (const { value, name } of waiting) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.kind === 'call' && isTensor(value)) yield { value, name };
    else for (const below of childrenOf(value, name)) waiting.push(below);
  }
}

function childrenOf(value: PickleValue, name: string): readonly Named[] {
  // A name that is too long does not grow: what is below shares it.
  const below = (key: string) => (name === '' ? key : name.length > maxName ? name : `${name}.${key}`);
  if (value.kind === 'call') return value.state ? [{ value: value.state, name }] : [];
  if (value.kind === 'list') return value.items.map((item, i) => ({ value: item, name: below(String(i)) }));
  if (value.kind === 'dict') return value.entries.map(([key, item]) => ({ value: item, name: below(keyText(key)) }));
  return [];
}

function keyText(key: PickleValue): string {
  return key.kind === 'plain' ? String(key.value) : '?';
}

function isTensor({ of: called }: Extract<PickleValue, { kind: 'call' }>): boolean {
  return called.kind === 'global' && /^torch\._utils\._rebuild_(?:tensor(?:_v2)?|parameter)$/.test(called.name);
}

interface Found {
  readonly header: Pick<Tensor, 'name' | 'dtype' | 'shape'>;
  /** Of its storage. */
  readonly key: string;
  /** In the storage, in bytes; the length is undefined if rows do not follow each other. */
  readonly from: number;
  readonly length: number | undefined;
}

/** `_rebuild_tensor_v2(storage, offset, size, stride, ...)`; a parameter holds such a tensor, and no other parameter. */
function tensorOf(name: string, value: PickleValue): Found | undefined {
  const [inner] = argumentsOf(value);
  const [storage, offset, size, stride] = argumentsOf(inner?.kind === 'call' ? inner : value);
  // ('storage', class, key, location, number of elements)
  const id = storage?.kind === 'reference' && storage.id.kind === 'list' ? storage.id.items : [];
  const [, type, key] = id;
  if (type?.kind !== 'global' || type.name.length > maxName || textOf(key).length > maxName) return undefined;
  const className = type.name.replace(/^.*\./, '');
  const [shape, strides] = [numbersOf(size), numbersOf(stride)];
  const [first] = numbersOf({ kind: 'list', items: offset ? [offset] : [] }) ?? [];
  if (!className || !shape || !strides || first === undefined) return undefined;
  const [dtype, bytes] = (Object.hasOwn(storages, className) && storages[className]) || [className, 0];
  const elements = shape.reduce((product, length) => product * length, 1);
  const length = bytes > 0 && isContiguous(shape, strides) ? elements * bytes : undefined;
  return { header: { name, dtype, shape }, key: textOf(key), from: first * bytes, length };
}

function argumentsOf(value: PickleValue): readonly PickleValue[] {
  return value.kind === 'call' && value.args.kind === 'list' ? value.args.items : [];
}

function numbersOf(value: PickleValue | undefined): readonly number[] | undefined {
  if (value?.kind !== 'list' || value.items.length > maxDimensions) return undefined;
  const numbers = value.items.map((item) => (item.kind === 'plain' ? item.value : undefined));
  const isCount = (number: unknown): number is number => Number.isSafeInteger(number) && (number as number) >= 0;
  return numbers.every(isCount) ? numbers : undefined;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i] ?? 1;
  }
  return true;
}
