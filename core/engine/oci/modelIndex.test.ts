import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeLabels, matching, selectEntry } from './labels.ts';
import {
  emptyIndex,
  type IndexEntry,
  modelIndexBytes,
  parseModelIndex,
  sizeOfEntry,
  tagOfEntry,
  withEntry,
} from './modelIndex.ts';

const mediaType = 'application/vnd.oci.image.manifest.v1+json';

const entry = (letter: string, labels: IndexEntry['labels'] = {}): IndexEntry => ({
  descriptor: { mediaType, digest: `sha256:${letter.repeat(64)}`, size: 7 },
  labels,
});
const indexOf = (...entries: readonly IndexEntry[]) => entries.reduce(withEntry, emptyIndex);

test('an index is an OCI image index whose descriptors carry the labels', () => {
  const bytes = modelIndexBytes(indexOf(entry('a', { bits: 4, kind: 'q<4' })));
  assert.equal(
    Buffer.from(bytes).toString(),
    `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","artifactType":"application/vnd.kitops.modelkit.index.v1+json","manifests":[{"mediaType":"${mediaType}","digest":"sha256:${'a'.repeat(64)}","size":7,"modelMetadata":{"bits":4,"kind":"q\\u003c4"}}]}`,
  );
  assert.deepEqual(parseModelIndex(bytes), indexOf(entry('a', { bits: 4, kind: 'q<4' })));
});

test('an index of other artifacts, or a damaged one, is refused', () => {
  const parse = (value: unknown) => parseModelIndex(Buffer.from(JSON.stringify(value)));
  const artifactType = 'application/vnd.kitops.modelkit.index.v1+json';
  assert.throws(() => parse({ manifests: [] }), { code: 'index-invalid' });
  assert.throws(() => parse({ artifactType: { toString: 1 } }), { code: 'index-invalid' });
  assert.throws(() => parse({ artifactType, manifests: {} }), { code: 'index-invalid' });
  assert.throws(() => parse({ artifactType, manifests: [{ digest: 'x' }] }), { code: 'kit-malformed' });
  assert.throws(() => parse({ artifactType, manifests: [{ ...entry('a').descriptor, modelMetadata: [] }] }), {
    code: 'index-invalid',
  });
  assert.deepEqual(parse({ artifactType, manifests: null }), emptyIndex);
});

test('an invalid tag is refused in an index too', () => {
  for (const tag of ['../../x', 'a\nb', '', '-a', 'a b', 'x'.repeat(129), `sha256-${'0'.repeat(64)}.sig`]) {
    const { descriptor } = entry('a');
    const annotations = { 'ml.kitops.modelkit.index.tag': tag };
    const bytes = modelIndexBytes(indexOf({ labels: {}, descriptor: { ...descriptor, annotations } }));
    assert.throws(() => parseModelIndex(bytes), { code: 'index-invalid' }, tag);
  }
});

test('a kit that is added again keeps its position', () => {
  const index = indexOf(entry('a'), entry('b'), entry('a', { x: 'y' }));
  assert.deepEqual(
    index.entries.map(({ labels }) => labels),
    [{ x: 'y' }, {}],
  );
});

test('tag and size are those that were recorded, or undefined', () => {
  const recorded = (size: string): IndexEntry => ({
    labels: {},
    descriptor: {
      ...entry('a').descriptor,
      annotations: { 'ml.kitops.modelkit.index.tag': 'v1', 'ml.kitops.modelkit.index.total-size': size },
    },
  });
  assert.equal(tagOfEntry(recorded('5')), 'v1');
  assert.deepEqual(
    ['5', '-5', '1e99', 'x'].map((size) => sizeOfEntry(recorded(size))),
    [5, undefined, undefined, undefined],
  );
});

test('labels are set as text or JSON, replaced and dropped', () => {
  assert.deepEqual(changeLabels({ a: 'old', b: 1 }, ['a=new=x', 'c:={"d":[1]}', 'b-', 'e=']), {
    a: 'new=x',
    c: { d: [1] },
    e: '',
  });
  for (const text of ['a', '=x', ':=1', 'a:=', 'a b=c', '-', '__proto__ =1'])
    assert.throws(() => changeLabels({}, [text]), { code: 'index-label-invalid' });
});

test('labels choose the kits that have all of them', () => {
  const index = indexOf(entry('a', { q: 'q4', bits: 4 }), entry('b', { q: 'q8', bits: 8 }), entry('c'));
  const chosen = (...labels: readonly string[]) =>
    matching(index, labels).map(({ descriptor }) => descriptor.digest[7]);
  assert.deepEqual(chosen('q=q4'), ['a']);
  assert.deepEqual(chosen('bits=8'), ['b'], 'a text matches a number');
  assert.deepEqual(chosen('bits:=8', 'q=q8'), ['b']);
  assert.deepEqual(chosen('bits:="8"'), []);
  assert.deepEqual(chosen('q=q4', 'bits=8'), []);
  assert.deepEqual(chosen('toString=x'), []);
  assert.deepEqual(chosen(), ['a', 'b', 'c']);
  assert.throws(() => chosen('q-'), { code: 'index-label-invalid' });
});

test('exactly one kit must be chosen; otherwise the choices are listed', () => {
  const index = indexOf(entry('a', { q: 'q4' }), entry('b', { q: 'q4', bits: 4 }));
  assert.equal(selectEntry(index, ['bits=4']).entry.labels['bits'], 4);
  assert.throws(() => selectEntry(index, ['q=q4']), { code: 'index-selection', hint: /q=q4; q=q4 bits=4/ });
  assert.throws(() => selectEntry(index, ['q=q8']), { code: 'index-selection', message: /^No kit/ });
  assert.throws(() => selectEntry(emptyIndex, []), { hint: /empty/ });
});
