/** One value of a scalar. */
export interface Scalar {
  readonly tag: string;
  readonly value: number;
  readonly step: number;
}

/**
 * The scalars of one `tensorflow.Event`: `simple_value`, or a tensor of one float as TensorFlow 2 writes it. Whatever
 * else is in it is passed over; nothing if it is malformed. Source: event.proto, summary.proto, tensor.proto.
 */
export function readScalars(event: Buffer): readonly Scalar[] {
  const fields = fieldsOf(event);
  const step = Number(fields.find(({ number, kind }) => number === 2 && kind === 'integer')?.value ?? 0n);
  if (!Number.isSafeInteger(step) || step < 0) return [];
  const values = fields.flatMap(({ number, bytes }) => (number === 5 && bytes ? fieldsOf(bytes) : []));
  return values.flatMap(({ number, bytes }) => {
    const scalar = number === 1 && bytes ? scalarOf(fieldsOf(bytes)) : undefined;
    return scalar ? [{ ...scalar, step }] : [];
  });
}

function scalarOf(fields: readonly Field[]): Omit<Scalar, 'step'> | undefined {
  const tag = fields.find(({ number }) => number === 1)?.bytes?.toString('utf8');
  const simple = fields.find(({ number, kind }) => number === 2 && kind === 'float')?.value;
  const tensor = fields.find(({ number }) => number === 8)?.bytes;
  const value = typeof simple === 'number' ? simple : tensor && tensorValue(fieldsOf(tensor));
  // A float has about seven digits; the others come from the conversion.
  return tag === undefined || value === undefined ? undefined : { tag, value: Number(value.toPrecision(7)) };
}

/** `dtype` 1 (float), and one value in `tensor_content` or `float_val`. */
function tensorValue(fields: readonly Field[]): number | undefined {
  if (fields.find(({ number }) => number === 1)?.value !== 1n) return undefined;
  const found = fields.find(({ number }) => number === 4 || number === 5);
  if (typeof found?.value === 'number') return found.value;
  return found?.bytes?.byteLength === 4 ? found.bytes.readFloatLE() : undefined;
}

interface Field {
  readonly number: number;
  readonly kind: 'integer' | 'float' | 'other';
  readonly value?: bigint | number;
  readonly bytes?: Buffer;
}

/** The fields of a message, until it ends or is no message. Source: Protocol Buffers, encoding. */
function fieldsOf(message: Buffer): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n && at < message.length; shift += 7n) {
      const byte = message[at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  const take = (length: number): Buffer | undefined => {
    if (length > message.length - at) return undefined;
    at += length;
    return message.subarray(at - length, at);
  };
  const next = (): Field | undefined => {
    const key = varint();
    if (key === undefined) return undefined;
    const [number, type] = [Number(key >> 3n), Number(key & 7n)];
    const integer = type === 0 ? varint() : undefined;
    if (integer !== undefined) return { number, kind: 'integer', value: BigInt.asIntN(64, integer) };
    const length = type === 2 ? varint() : undefined;
    const bytes = type === 1 ? take(8) : type === 5 ? take(4) : length === undefined ? undefined : take(Number(length));
    if (!bytes) return undefined;
    return type === 5 ? { number, kind: 'float', value: bytes.readFloatLE() } : { number, kind: 'other', bytes };
  };
  for (let field = next(); field; field = next()) fields.push(field);
  return fields;
}
