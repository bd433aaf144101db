/** A value of a pickle. What would be an object of a class is only named: nothing is imported, called or run. */
export type PickleValue =
  | { readonly kind: 'plain'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: PickleValue[] }
  | { readonly kind: 'dict'; readonly entries: (readonly [PickleValue, PickleValue])[] }
  | { readonly kind: 'global'; readonly name: string }
  /** The result of a call, or an object with a state. */
  | { readonly kind: 'call'; readonly of: PickleValue; readonly args: PickleValue; state?: PickleValue }
  | { readonly kind: 'reference'; readonly id: PickleValue };

/** What is read at most, in bytes and in operations, each of which may make a value. */
export const maxPickle = 16 * 1024 * 1024;

const maxOperations = 1_000_000;

class Bad extends Error {}

/**
 * Reads a pickle as a tree of values, linear in its size. Undefined if it is malformed, too large, or has operations
 * that `torch.save` does not write. Source: pickletools, protocols 2 to 5.
 */
export function readPickle(bytes: Buffer): PickleValue | undefined {
  if (bytes.length > maxPickle) return undefined;
  try {
    return run(bytes);
  } catch (error) {
    if (error instanceof Bad || error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Machine {
  readonly bytes: Buffer;
  at: number;
  readonly stack: PickleValue[];
  /** Heights of the stack at which marks are. */
  readonly marks: number[];
  readonly memo: Map<number, PickleValue>;
}

function run(bytes: Buffer): PickleValue {
  const machine: Machine = { bytes, at: 0, stack: [], marks: [], memo: new Map() };
  for (let i = 0; i < maxOperations; i++) {
    const code = take(machine, 1)[0] as number;
    if (code === 0x2e) return pop(machine);
    const operation = operations[code];
    if (!operation) throw new Bad(`operation ${code}`);
    operation(machine);
  }
  throw new Bad('it has too many operations');
}

function take(machine: Machine, length: number): Buffer {
  if (length > machine.bytes.length - machine.at) throw new Bad('it ends early');
  machine.at += length;
  return machine.bytes.subarray(machine.at - length, machine.at);
}

function pop({ stack, marks }: Machine): PickleValue {
  const value = stack.length > (marks.at(-1) ?? 0) ? stack.pop() : undefined;
  if (!value) throw new Bad('its stack is empty');
  return value;
}

function popMarked({ stack, marks }: Machine): PickleValue[] {
  const mark = marks.pop();
  if (mark === undefined) throw new Bad('there is no mark');
  return stack.splice(mark);
}

function top({ stack }: Machine): PickleValue {
  return stack.at(-1) ?? bad();
}

function bad(): never {
  throw new Bad('a value is missing');
}

function plain(value: string | number | boolean | null): PickleValue {
  return { kind: 'plain', value };
}

function line(machine: Machine): string {
  const end = machine.bytes.indexOf(0x0a, machine.at);
  const text = take(machine, (end < 0 ? bad() : end) - machine.at).toString('utf8');
  take(machine, 1);
  return text;
}

/** A little-endian integer of one or more bytes, with its sign. */
function integer(bytes: Buffer): number {
  return bytes.length === 0 ? 0 : bytes.length > 6 ? bad() : bytes.readIntLE(0, bytes.length);
}

type Operation = (machine: Machine) => void;

const push =
  (make: (machine: Machine) => PickleValue): Operation =>
  (machine) => {
    machine.stack.push(make(machine));
  };

const text = (lengthBytes: number) =>
  push((machine) => plain(take(machine, take(machine, lengthBytes).readUIntLE(0, lengthBytes)).toString('utf8')));

const tuple = (count: number) =>
  push((machine) => ({ kind: 'list', items: Array.from({ length: count }, () => pop(machine)).reverse() }));

const remember =
  (index: (machine: Machine) => number): Operation =>
  (machine) => {
    machine.memo.set(index(machine), top(machine));
  };

const recall = (index: (machine: Machine) => number) => push((machine) => machine.memo.get(index(machine)) ?? bad());

const u8 = (machine: Machine) => take(machine, 1).readUInt8();
const u32 = (machine: Machine) => take(machine, 4).readUInt32LE();

function addItems(machine: Machine, items: readonly PickleValue[]): void {
  const list = top(machine);
  if (list.kind !== 'list') throw new Bad('no list');
  for (const item of items) list.items.push(item);
}

function setItems(machine: Machine, items: readonly PickleValue[]): void {
  const target = top(machine);
  // An OrderedDict is the result of a call.
  if (target.kind === 'call') target.state ??= { kind: 'dict', entries: [] };
  const dict = target.kind === 'call' ? (target.state as PickleValue) : target;
  if (dict.kind !== 'dict') throw new Bad('no dictionary');
  for (let i = 0; i + 1 < items.length; i += 2)
    dict.entries.push([items[i] as PickleValue, items[i + 1] as PickleValue]);
}

function call(machine: Machine): PickleValue {
  const args = pop(machine);
  return { kind: 'call', of: pop(machine), args };
}

/** Letters of the name of a class, with its module. */
const maxGlobal = 1_024;

/** Two texts that are in the pickle once make any number of names: each would be as long as both. */
function globalOf(module: string, name: string): PickleValue {
  if (module.length + name.length > maxGlobal) throw new Bad('the name of a class is too long');
  return { kind: 'global', name: `${module}.${name}` };
}

const operations: Readonly<Record<number, Operation>> = {
  128: (machine) => void take(machine, 1), // PROTO
  149: (machine) => void take(machine, 8), // FRAME
  40: ({ marks, stack }) => void marks.push(stack.length), // MARK
  48: (machine) => void pop(machine), // POP
  78: push(() => plain(null)), // NONE
  136: push(() => plain(true)), // NEWTRUE
  137: push(() => plain(false)), // NEWFALSE
  74: push((machine) => plain(take(machine, 4).readInt32LE())), // BININT
  75: push((machine) => plain(u8(machine))), // BININT1
  77: push((machine) => plain(take(machine, 2).readUInt16LE())), // BININT2
  138: push((machine) => plain(integer(take(machine, u8(machine))))), // LONG1
  71: push((machine) => plain(take(machine, 8).readDoubleBE())), // BINFLOAT
  140: text(1), // SHORT_BINUNICODE
  88: text(4), // BINUNICODE
  85: text(1), // SHORT_BINSTRING
  67: text(1), // SHORT_BINBYTES
  66: text(4), // BINBYTES
  93: push(() => ({ kind: 'list', items: [] })), // EMPTY_LIST
  41: push(() => ({ kind: 'list', items: [] })), // EMPTY_TUPLE
  143: push(() => ({ kind: 'list', items: [] })), // EMPTY_SET
  125: push(() => ({ kind: 'dict', entries: [] })), // EMPTY_DICT
  116: push((machine) => ({ kind: 'list', items: popMarked(machine) })), // TUPLE
  133: tuple(1), // TUPLE1
  134: tuple(2), // TUPLE2
  135: tuple(3), // TUPLE3
  97: (machine) => addItems(machine, [pop(machine)]), // APPEND
  101: (machine) => addItems(machine, popMarked(machine)), // APPENDS
  144: (machine) => addItems(machine, popMarked(machine)), // ADDITEMS
  115: (machine) => setItems(machine, [pop(machine), pop(machine)].reverse()), // SETITEM
  117: (machine) => setItems(machine, popMarked(machine)), // SETITEMS
  99: push((machine) => globalOf(line(machine), line(machine))), // GLOBAL
  147: push((machine) => {
    const [name, module] = [pop(machine), pop(machine)];
    return globalOf(textOf(module), textOf(name));
  }), // STACK_GLOBAL
  82: push(call), // REDUCE
  129: push(call), // NEWOBJ
  98: (machine) => {
    const [state, object] = [pop(machine), top(machine)];
    // Of a dictionary with attributes its items matter.
    if (object.kind === 'call') object.state ??= state;
  }, // BUILD
  81: push((machine) => ({ kind: 'reference', id: pop(machine) })), // BINPERSID
  113: remember(u8), // BINPUT
  114: remember(u32), // LONG_BINPUT
  148: remember(({ memo }) => memo.size), // MEMOIZE
  104: recall(u8), // BINGET
  106: recall(u32), // LONG_BINGET
};

/** A text; empty if the value is none. */
export function textOf(value: PickleValue | undefined): string {
  return value?.kind === 'plain' && typeof value.value === 'string' ? value.value : '';
}
