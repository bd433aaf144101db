import { describe, test } from 'node:test';
import type { CheckpointFormat, Readiness } from '@kitwright/core/plugin';
import { type MadeCheckpoint, testCheckpoint, testReadiness } from '@kitwright/testkit';
import { accelerate, deepspeed, distributed, megatron, orbax, trainer } from './checkpoints.ts';
import { gguf } from './gguf.ts';
import { hdf5 } from './hdf5.ts';
import { json } from './json.ts';
import { npy } from './npy.ts';
import { onnx } from './onnx.ts';
import { parquet } from './parquet.ts';
import { pickle } from './pickle.ts';
import { safetensors } from './safetensors.ts';
import { shardedIndex } from './shardedIndex.ts';
import { tarball } from './tarball.ts';
import { zip } from './zip.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const u16 = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);

const tensorFile = (): Buffer => {
  const header = latin1('{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}');
  return Buffer.concat([u64(header.length), header, Buffer.alloc(24, 1)]);
};

const ggufFile = (): Buffer => {
  const text = (value: string) => Buffer.concat([u64(value.length), latin1(value)]);
  const key = Buffer.concat([text('general.name'), u32(8), text('net')]);
  const tensor = Buffer.concat([text('w'), u32(1), u64(8), u32(0), u64(0)]);
  const head = Buffer.concat([latin1('GGUF'), u32(3), u64(1), u64(1), key, tensor]);
  return Buffer.concat([head, Buffer.alloc((32 - (head.length % 32)) % 32), Buffer.alloc(32, 1)]);
};

const npyFile = (): Buffer => {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";
  return Buffer.concat([latin1('\x93NUMPY\x01\0'), u16(header.length), latin1(header), Buffer.alloc(24, 7)]);
};

const hdf5File = (): Buffer => {
  const bytes = Buffer.alloc(200, 7);
  latin1('\x89HDF\r\n\x1a\n').copy(bytes);
  [bytes[8], bytes[9], bytes[11]] = [2, 8, 0];
  u64(200).copy(bytes, 28);
  return bytes;
};

const tarFile = (): Buffer => {
  const header = Buffer.alloc(512);
  header.write('name');
  header.write('ustar', 257);
  return Buffer.concat([header, Buffer.alloc(512, 7), Buffer.alloc(1024)]);
};

const zipFile = (): Buffer => {
  const name = latin1('net/data.pkl');
  const local = Buffer.concat([u32(0x04034b50), Buffer.alloc(22), u16(name.length), u16(0), name]);
  const entry = Buffer.concat([u32(0x02014b50), Buffer.alloc(24), u16(name.length), Buffer.alloc(16), name]);
  const end = Buffer.concat([u32(0x06054b50), u32(0), u16(1), u16(1), u32(entry.length), u32(local.length), u16(0)]);
  return Buffer.concat([local, entry, end]);
};

/** ModelProto: ir_version, graph with a name, opset_import. */
const onnxFile = (): Buffer => {
  const field = (key: number, bytes: Buffer) => Buffer.concat([Buffer.of(key, bytes.length), bytes]);
  const graph = field(0x12, latin1('net'));
  return Buffer.concat([Buffer.of(0x08, 10), field(0x3a, graph), field(0x42, Buffer.of(0x10, 21))]);
};

const shards = '{"metadata":{"total_size":8},"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}';

const formats: readonly (readonly [Readiness, name: string | undefined, bytes: Buffer])[] = [
  [safetensors, 'model.safetensors', tensorFile()],
  [gguf, 'model-q4.gguf', ggufFile()],
  [npy, 'rows.npy', npyFile()],
  [hdf5, 'model.h5', hdf5File()],
  [parquet, 'rows.parquet', Buffer.concat([latin1('PAR1'), Buffer.alloc(50, 7), u32(20), latin1('PAR1')])],
  [tarball, 'rows.tar', tarFile()],
  [pickle, undefined, latin1('\x80\x04\x95abcdef.')],
  [json, 'config.json', latin1('{"a":[1,{"b":"}"}]}')],
  [zip, 'model.pt', zipFile()],
  [onnx, 'model.onnx', onnxFile()],
];

for (const [readiness, name, bytes] of formats)
  describe(`readiness ${readiness.id}`, () =>
    testReadiness(test, () => ({
      readiness,
      complete: [name === undefined ? { bytes } : { name, bytes }],
      others: ['model.py', 'notes.txt'],
    })));

describe('readiness sharded-index', () =>
  testReadiness(test, () => ({
    readiness: shardedIndex,
    complete: [
      {
        name: 'model.safetensors.index.json',
        bytes: latin1(shards),
        beside: { 'model-1.safetensors': 10, 'model-2.safetensors': 20 },
      },
    ],
    others: ['model.index', 'index.json'],
  })));

const state = '{"global_step":100,"log_history":[{"step":50,"loss":2.5},{"step":100,"loss":0.5}]}';

const checkpoints: readonly (Omit<MadeCheckpoint, 'format'> & { readonly format: CheckpointFormat })[] = [
  {
    format: trainer,
    name: 'checkpoint-100',
    files: [
      ['model.safetensors', 'weights'],
      ['optimizer.pt', 'state'],
      ['rng_state.pth', 'state'],
      ['trainer_state.json', state],
    ],
    progress: { step: 100, metrics: { loss: 0.5 } },
    others: ['checkpoint-', 'checkpoints'],
  },
  {
    format: distributed,
    name: 'step_7',
    files: [
      ['__0_0.distcp', 'weights'],
      ['.metadata', 'pickle'],
    ],
    progress: { step: 7 },
  },
  {
    format: deepspeed,
    name: 'global_step12',
    files: [
      ['mp_rank_00_model_states.pt', 'weights'],
      ['../latest', 'global_step12'],
    ],
    progress: { step: 12 },
    others: ['global_step', 'step12'],
  },
  {
    format: megatron,
    name: 'iter_0000012',
    files: [
      ['mp_rank_00', 'weights'],
      ['../latest_checkpointed_iteration.txt', '12'],
    ],
    progress: { step: 12 },
    others: ['iter_', 'iterations'],
  },
  {
    format: accelerate,
    name: 'checkpoint_3',
    files: [
      ['optimizer.bin', 'state'],
      ['random_states_0.pkl', 'PK\u0003\u0004 state PK\u0005\u0006'],
    ],
    progress: { step: 3 },
  },
  {
    format: orbax,
    name: '7.orbax-checkpoint-tmp-1764237600',
    files: [
      ['d/0', 'weights'],
      ['_METADATA', '{}'],
    ],
    isRenamed: true,
    others: ['7', 'orbax-checkpoint'],
  },
];

for (const made of checkpoints) describe(`checkpoint ${made.format.id}`, () => testCheckpoint(test, () => made));
