import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPickle } from './readPickle.ts';
import { torchTensors } from './torchTensors.ts';

/** `torch.save({'a': tensor([1., 2.]), 'b': {'c': tensor([[1, 2], [3, 4]])}})` of torch 2.15. */
const saved = Buffer.from(
  [
    'UEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAAOABQAc21hbGwvZGF0YS5wa2xGQhAAWlpaWlpaWlpaWlpaWlpaWoACfXEAKFgBAAAA',
    'YXEBY3RvcmNoLl91dGlscwpfcmVidWlsZF90ZW5zb3JfdjIKcQIoKFgHAAAAc3RvcmFnZXEDY3RvcmNoCkZsb2F0U3RvcmFnZQpx',
    'BFgBAAAAMHEFWAMAAABjcHVxBksCdHEHUUsASwKFcQhLAYVxCYljY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQopUnELdHEMUnEN',
    'WAEAAABicQ59cQ9YAQAAAGNxEGgCKChoA2N0b3JjaApMb25nU3RvcmFnZQpxEVgBAAAAMXESaAZLBHRxE1FLAEsCSwKGcRRLAksB',
    'hnEViWgKKVJxFnRxF1JxGHN1LlBLBwj9fshP/wAAAP8AAABQSwMEAAAICAAAAAAAAAAAAAAAAAAAAAAAABUAPgBzbWFsbC8uZm9y',
    'bWF0X3ZlcnNpb25GQjoAWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWjFQ',
    'SwcIt+/cgwEAAAABAAAAUEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAAYADkAc21hbGwvLnN0b3JhZ2VfYWxpZ25tZW50RkI1AFpa',
    'WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaNjRQSwcIP3dx6QIAAAACAAAAUEsDBAAA',
    'CAgAAAAAAAAAAAAAAAAAAAAAAAAPAEEAc21hbGwvYnl0ZW9yZGVyRkI9AFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa',
    'WlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpsaXR0bGVQSwcIhT3jGQYAAAAGAAAAUEsDBAAACAgAAAAAAAAAAAAAAAAAAAAA',
    'AAAMAEAAc21hbGwvZGF0YS8wRkI8AFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa',
    'WlpaWlpaWgAAgD8AAABAUEsHCHalPy4IAAAACAAAAFBLAwQAAAgIAAAAAAAAAAAAAAAAAAAAAAAADAA+AHNtYWxsL2RhdGEvMUZC',
    'OgBaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaAQAAAAAAAAACAAAAAAAA',
    'AAMAAAAAAAAABAAAAAAAAABQSwcIACZpnCAAAAAgAAAAUEsDBAAACAgAAAAAAAAAAAAAAAAAAAAAAAANACUAc21hbGwvdmVyc2lv',
    'bkZCIQBaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlozClBLBwjRnmdVAgAAAAIAAABQSwMEAAAICAAAAAAAAAAAAAAA',
    'AAAAAAAAABwANABzbWFsbC8uZGF0YS9zZXJpYWxpemF0aW9uX2lkRkIwAFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa',
    'WlpaWlpaWlpaWlpaWlpaWjA1NjExMDg1MjM2MTk2NzA1Mjk0MDIwMjIzNTgwNTg0Nzg3MzI5MDZQSwcIdX9KTSgAAAAoAAAAUEsB',
    'AgAAAAAICAAAAAAAAP1+yE//AAAA/wAAAA4AAAAAAAAAAAAAAAAAAAAAAHNtYWxsL2RhdGEucGtsUEsBAgAAAAAICAAAAAAAALfv',
    '3IMBAAAAAQAAABUAAAAAAAAAAAAAAAAATwEAAHNtYWxsLy5mb3JtYXRfdmVyc2lvblBLAQIAAAAACAgAAAAAAAA/d3HpAgAAAAIA',
    'AAAYAAAAAAAAAAAAAAAAANEBAABzbWFsbC8uc3RvcmFnZV9hbGlnbm1lbnRQSwECAAAAAAgIAAAAAAAAhT3jGQYAAAAGAAAADwAA',
    'AAAAAAAAAAAAAABSAgAAc21hbGwvYnl0ZW9yZGVyUEsBAgAAAAAICAAAAAAAAHalPy4IAAAACAAAAAwAAAAAAAAAAAAAAAAA1gIA',
    'AHNtYWxsL2RhdGEvMFBLAQIAAAAACAgAAAAAAAAAJmmcIAAAACAAAAAMAAAAAAAAAAAAAAAAAFgDAABzbWFsbC9kYXRhLzFQSwEC',
    'AAAAAAgIAAAAAAAA0Z5nVQIAAAACAAAADQAAAAAAAAAAAAAAAADwAwAAc21hbGwvdmVyc2lvblBLAQIAAAAACAgAAAAAAAB1f0pN',
    'KAAAACgAAAAcAAAAAAAAAAAAAAAAAFIEAABzbWFsbC8uZGF0YS9zZXJpYWxpemF0aW9uX2lkUEsGBiwAAAAAAAAAHgMtAAAAAAAA',
    'AAAACAAAAAAAAAAIAAAAAAAAAPsBAAAAAAAA+AQAAAAAAABQSwYHAAAAAPMGAAAAAAAAAQAAAFBLBQYAAAAACAAIAPsBAAD4BAAA',
    'AAA=',
  ].join(''),
  'base64',
);

const fileOf = (bytes: Buffer) => ({
  size: bytes.length,
  read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
});

test('tensors of what torch saved have their names, dtypes, shapes and bytes', () => {
  const found = torchTensors(fileOf(saved)) ?? assert.fail();
  assert.deepEqual(
    found.map(({ name, dtype, shape }) => [name, dtype, shape]),
    [
      ['a', 'F32', [2]],
      ['b.c', 'I64', [2, 2]],
    ],
  );
  const [a, c] = found.map(({ bytes }) => saved.subarray(bytes?.offset, (bytes?.offset ?? 0) + (bytes?.size ?? 0)));
  assert.deepEqual([a?.readFloatLE(), a?.readFloatLE(4)], [1, 2]);
  assert.deepEqual([c?.length, c?.readBigInt64LE(24)], [32, 4n]);
});

test('what is no such file, or cut, gives nothing and does not throw', () => {
  for (let size = 0; size < saved.length; size += 7) torchTensors(fileOf(saved.subarray(0, size)));
  assert.equal(torchTensors(fileOf(saved.subarray(0, 500))), undefined);
  for (let at = 0; at < saved.length; at += 3) {
    const damaged = Buffer.from(saved);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    torchTensors(fileOf(damaged));
  }
});

test('a pickle is read as data: calls are named, never made; what is shared again and again ends', () => {
  const evil = readPickle(Buffer.from('cos\nsystem\n(X\x02\x00\x00\x00idtR.', 'latin1'));
  assert.deepEqual(evil, {
    kind: 'call',
    of: { kind: 'global', name: 'os.system' },
    args: { kind: 'list', items: [{ kind: 'plain', value: 'id' }] },
  });
  assert.equal(readPickle(Buffer.from('cos\n', 'latin1')), undefined);
  assert.equal(readPickle(Buffer.alloc(2_000_000, 'N')), undefined, 'too many operations');
});

test('a pickle that says that it is large is not read', () => {
  const [name, size] = [Buffer.from('a/data.pkl'), 17 * 1024 * 1024];
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50);
  for (const at of [20, 24]) entry.writeUInt32LE(size, at);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  for (const at of [8, 10]) end.writeUInt16LE(1, at);
  end.writeUInt32LE(entry.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + size, 16);
  const file = fileOf(Buffer.concat([local, name, Buffer.alloc(size), entry, name, end]));
  const lengths: number[] = [];
  const read = (offset: number, length: number) => {
    lengths.push(length);
    return file.read(offset, length);
  };
  assert.equal(torchTensors({ ...file, read }), undefined);
  assert.ok(lengths.length > 2 && Math.max(...lengths) < 1024 * 1024, lengths.join());
});
