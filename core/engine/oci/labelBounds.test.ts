import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matching, selectEntry } from './labels.ts';
import { emptyIndex, type IndexEntry, withEntry } from './modelIndex.ts';
import { parseQuantity, sizeOf } from './quantity.ts';

const mediaType = 'application/vnd.oci.image.manifest.v1+json';
const indexOf = (...all: readonly IndexEntry['labels'][]) =>
  all
    .map((labels, i): IndexEntry => {
      return { labels, descriptor: { mediaType, digest: `sha256:${String(i).padStart(64, '0')}`, size: 1 } };
    })
    .reduce(withEntry, emptyIndex);
const sizes = indexOf(
  { q: 'q2', vram: '4GB' },
  { q: 'q4', vram: '6GB' },
  { q: 'q8', vram: '12GB' },
  { q: 'fp16', vram: '24GB' },
  { q: 'none', vram: 'plenty' },
);
const chosen = (index: typeof sizes, ...labels: readonly string[]) => selectEntry(index, labels).entry.labels['q'];

test('quantities: SI and binary units, and a billion', () => {
  const read = (text: unknown) => {
    const quantity = parseQuantity(text);
    return quantity && sizeOf(quantity);
  };
  assert.deepEqual(['8', 8, '8GB', '8G', '8gb', '1.5 GiB', '16Gi', '7B', '500M', '1k', '2TB'].map(read), [
    8,
    8,
    8e9,
    8e9,
    8e9,
    1.5 * 2 ** 30,
    16 * 2 ** 30,
    7e9,
    5e8,
    1000,
    2e12,
  ]);
  for (const text of ['', 'GB', '8XB', '-1', '1e9', 'x8', '8GB!', true, null, {}, [8], Number.NaN, '9'.repeat(400)])
    assert.equal(parseQuantity(text), undefined, String(text));
});

for (const [labels, wanted] of [
  [['vram<=8GB'], 'q4'],
  [['vram<=8'], undefined],
  [['vram<6GB'], 'q2'],
  [['vram<=6GB'], 'q4'],
  [['vram<=1TB'], 'fp16'],
  [['vram>=5GB', 'vram<=12GB'], 'q8'],
  [['vram>4GB', 'vram<12GB'], 'q4'],
  [['vram>6GB', 'q=q8'], 'q8'],
  [['vram<=12000MiB'], 'q8'],
] as const)
  test(`${labels.join(' ')} chooses ${wanted ?? 'nothing without a unit, where units differ'}`, () => {
    const same = indexOf(...sizes.entries.slice(0, 3).map((entry) => entry.labels));
    if (wanted === undefined) assert.equal(chosen(same, ...labels), 'q4', 'the unit of the labels');
    else assert.equal(chosen(sizes, ...labels), wanted);
  });

test('a limit without a unit has that of the labels, unless these differ', () => {
  const mixed = indexOf({ q: 'a', vram: '900MB' }, { q: 'b', vram: '6GB' });
  assert.throws(() => matching(mixed, ['vram<=8']), {
    code: 'index-label-invalid',
    message: /different units \(m, g\)/,
  });
  assert.equal(chosen(mixed, 'vram<=8GB'), 'b');
  const plain = indexOf({ q: 'a', vram: 4 }, { q: 'b', vram: '16' }, { q: 'c', vram: 0 });
  assert.equal(chosen(plain, 'vram<=8'), 'a');
  assert.throws(() => matching(plain, ['vram<=8GB']), { message: /a kit has vram without a unit/ });
  assert.equal(chosen(indexOf({ q: 'cpu', vram: 0 }, { q: 'gpu', vram: '8GB' }), 'vram<4GB'), 'cpu');
});

test('of two limits the first decides, then the second; what still fits equally is listed', () => {
  const index = indexOf({ q: 'a', bits: 4, vram: 6 }, { q: 'b', bits: 4, vram: 8 }, { q: 'c', bits: 3, vram: 8 });
  assert.equal(chosen(index, 'bits<=4', 'vram<=8'), 'b');
  assert.equal(chosen(index, 'vram<=8', 'bits<=3'), 'c');
  assert.throws(() => selectEntry(index, ['bits<=4']), { code: 'index-selection', hint: /q=a .*; q=b/ });
});

test('the choice is explained', () => {
  assert.equal(selectEntry(sizes, ['vram<=8GB']).reason, 'q=q4 vram=6GB (the largest vram of 2 kits with vram<=8GB)');
  assert.equal(selectEntry(sizes, ['vram<5GB']).reason, 'q=q2 vram=4GB (the only kit with vram<5GB)');
  assert.equal(selectEntry(sizes, ['q=q8']).reason, undefined);
});

test('where nothing fits, everything is listed', () => {
  const hint = /q=q2 vram=4GB; q=q4 vram=6GB; q=q8 vram=12GB; .*q=none vram=plenty/;
  assert.throws(() => selectEntry(sizes, ['vram<=1GB']), { code: 'index-selection', message: /^No kit/, hint });
  assert.throws(() => selectEntry(sizes, ['toString<=1GB']), { code: 'index-selection' });
});

for (const text of ['vram<=', 'vram<=lots', 'vram<=-1', 'vram>=8XB', 'vram<>8'])
  test(`${text} is no limit`, () => {
    assert.throws(() => matching(sizes, [text]), { code: 'index-label-invalid', message: /must be a number/ });
  });
