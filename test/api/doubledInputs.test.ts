import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { holdsCommand } from '../../core/cli/output/ciCommands.ts';
import { layerWord } from '../../core/cli/output/layerWord.ts';
import { parseTemplate } from '../../core/cli/template/parseTemplate.ts';
import { escapeControls } from '../../core/engine/files/displayPath.ts';
import { ignoreLines, ignoreMatcher } from '../../core/engine/files/ignoreMatcher.ts';
import { parseTrainerJson } from '../../core/engine/files/parseTrainerJson.ts';
import { parseKitfile } from '../../core/engine/kitfile/parseKitfile.ts';
import { readTar } from '../../core/engine/layers/readTar.ts';
import { tarEnd } from '../../core/engine/layers/tarHeader.ts';
import { tarIndex } from '../../core/engine/layers/tarIndex.ts';
import { rawEntry } from '../../core/engine/layers/testing/rawTar.ts';
import { checkDer } from '../../core/engine/oci/checkDer.ts';
import { parseManifest } from '../../core/engine/oci/manifest.ts';
import { mediaTypes } from '../../core/engine/oci/mediaTypes.ts';
import { parseModelIndex } from '../../core/engine/oci/modelIndex.ts';
import { parseJsonObject } from '../../core/engine/oci/parseJsonObject.ts';
import { parseReference } from '../../core/engine/oci/reference.ts';
import { strictJson } from '../../core/engine/oci/strictJson.ts';
import { zstdFrames } from '../../plugins/compression/zstdFrames.ts';
import { withoutCredentials } from '../../plugins/git/runGit.ts';
import { gguf } from '../../plugins/readiness/gguf.ts';
import { pickle } from '../../plugins/readiness/pickle.ts';
import { safetensors } from '../../plugins/readiness/safetensors.ts';
import { tarball } from '../../plugins/readiness/tarball.ts';
import { zip } from '../../plugins/readiness/zip.ts';
import { parseChallenges } from '../../plugins/registry/challenge.ts';
import { scanText } from '../../plugins/secrets/scanText.ts';

/** What a parser says of bad input does not matter here. */
const orRefused = (run: () => unknown): void => {
  try {
    run();
  } catch {
    // Refused.
  }
};

const repeated = (text: string) => (n: number) => text.repeat(Math.ceil(n / text.length));
const inBrackets = (open: string, middle: string, close: string) => (n: number) =>
  `${open}${repeated(middle)(n)}${close}`;
const words = (n: number) => Array.from({ length: n / 16 }, (_, i) => `"name ${i}":${i}`).join(',');

/** A text of about `n` characters, and what reads it. */
type Row = readonly [what: string, text: (n: number) => string, read: (text: string) => unknown];

const json = (text: string) => parseJsonObject(Buffer.from(text), 'text');
const strict = (text: string) => strictJson(Buffer.from(text), 'text');
const kitfile = (text: string) => parseKitfile(Buffer.from(text), 'Kitfile');
const manifest = (text: string) => parseManifest(Buffer.from(text), mediaTypes.manifest);

const named = (path: string) => Buffer.concat([rawEntry('L', path, 'L'), rawEntry('x'), tarEnd()]);
const readerOf = (bytes: Buffer) =>
  [(offset: number, length: number) => bytes.subarray(offset, offset + length), bytes.byteLength] as const;

const rows: readonly Row[] = [
  ['JSON: a long text', inBrackets('{"a":"', 'x', '"}'), strict],
  ['JSON: backslashes', inBrackets('{"a":"', '\\\\', '"}'), strict],
  ['JSON: quotes in a text', inBrackets('{"a":"', '\\"', '"}'), strict],
  ['JSON: names', (n) => `{${words(n)}}`, strict],
  ['JSON: lists that do not end', repeated('['), json],
  ['JSON: digits', inBrackets('{"a":', '7', '}'), json],
  ['JSON: numbers', inBrackets('{"a":[', '12345678901234567,', '1]}'), json],
  ['JSON of trainings', inBrackets('[', 'NaN,', '1]'), parseTrainerJson],
  ['JSON of trainings: words that are none', repeated('-Infinity_'), parseTrainerJson],
  ['a manifest: layers', inBrackets('{"layers":[', '{},', '{}]}'), manifest],
  ['an index: kits', inBrackets('{"manifests":[', '{},', '{}]}'), (text) => parseModelIndex(Buffer.from(text))],
  ['a Kitfile: entries', (n) => `code:\n${repeated('- path: a\n')(n)}`, kitfile],
  ['a Kitfile: comments', repeated('# x\n'), kitfile],
  ['a Kitfile: spaces', repeated(' '), kitfile],
  ['ignore rules', repeated('a*b?c\n'), (text) => ignoreMatcher(ignoreLines(text))('a/b/c')],
  ['ignore rules: stars', repeated('**/*a'), (text) => ignoreMatcher(ignoreLines(text))('a/b/c')],
  ['a template', repeated('{{.a}}x'), parseTemplate],
  ['a template that does not end', repeated('{{ '), parseTemplate],
  ['a reference', repeated('a/'), parseReference],
  ['a reference: colons', repeated('a:'), parseReference],
  ['a reference: colons before a digest', inBrackets('', ':', '/x@a'), parseReference],
  ['a media type', repeated('.model'), layerWord],
  ['lines for a CI system', repeated('\n'), holdsCommand],
  ['a name of slashes in a tar', inBrackets('', '/', 'a'), (name) => [...tarIndex(...readerOf(named(name)))]],
  ['challenges', repeated('Bearer a="\\",'), parseChallenges],
  ['addresses of git', repeated('a://b?c@'), withoutCredentials],
  ['text for a terminal', repeated('\u001b[2J'), escapeControls],
  ['text with secrets', repeated('api_key = "0123456789abcdef" '), scanText],
  ['DER', (n) => '\u0030\u0080'.repeat(n / 2), (text) => checkDer(Buffer.from(text, 'latin1'), 'x')],
];

/** Of a run in ms: time of the processor. */
function costOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** What is quadratic takes four times as long for twice as much; what collects garbage, not exactly twice as long. */
const [mostRatio, noise] = [3, 30];

for (const [what, text, read] of rows)
  test(`twice as much takes about twice as long: ${what}`, { timeout: 120_000 }, () => {
    const texts = [128, 256].map((kib) => text(kib * 1024));
    const tries: string[] = [];
    // Others are at work here too, and disturb a run now and then; what is quadratic fails each time.
    for (let isLinear = false; !isLinear; ) {
      const [one = 0, two = 0] = texts.map((given) => costOf(() => orRefused(() => read(given))));
      isLinear = two < mostRatio * one + noise;
      tries.push(`${one.toFixed(1)} ms, then ${two.toFixed(1)} ms`);
      assert.ok(isLinear || tries.length < 5, tries.join('; '));
    }
  });

/** How often a format's check reads, and how much. */
function readsOf(format: typeof zip, bytes: Buffer): number {
  let read = 0;
  format.check({
    path: 'x',
    size: bytes.byteLength,
    read: (offset, length) => {
      read += 1024 + length;
      return bytes.subarray(offset, offset + length);
    },
    sizeOf: () => undefined,
  });
  return read;
}

const tar = (count: number) =>
  Buffer.concat([...Array.from({ length: count }, (_, i) => rawEntry(`file-${i}`, 'x')), tarEnd()]);

/** A directory of a zip with so many entries. */
function zipOf(count: number): Buffer {
  const entry = Buffer.alloc(47, 'x');
  entry.writeUInt32LE(0x02014b50, 0);
  entry.fill(0, 4, 46);
  entry.writeUInt16LE(1, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(count * 47, 12);
  return Buffer.concat([...Array.from({ length: count }, () => entry), end]);
}

function ggufOf(count: number): Buffer {
  const head = Buffer.alloc(24);
  head.write('GGUF');
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(BigInt(count), 16);
  const pair = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0x61, 0, 0, 0, 0, 1])]);
  return Buffer.concat([head, ...Array.from({ length: count }, () => pair)]);
}

function safetensorsOf(count: number): Buffer {
  const entries = Array.from(
    { length: count },
    (_, i) => `"t${i}":{"dtype":"U8","shape":[1],"data_offsets":[${i},${i + 1}]}`,
  );
  const header = Buffer.from(`{${entries.join(',')}}`);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.byteLength));
  return Buffer.concat([size, header, Buffer.alloc(count)]);
}

const steps: readonly (readonly [what: string, count: (n: number) => Promise<number> | number])[] = [
  [
    'the index of a tar',
    (n) => {
      const bytes = tar(n);
      let read = 0;
      const readAt = (offset: number, length: number) => {
        read += length;
        return bytes.subarray(offset, offset + length);
      };
      for (const _ of tarIndex(readAt, bytes.byteLength));
      return read;
    },
  ],
  [
    'a tar that comes as a stream',
    async (n) => {
      let taken = 0;
      async function* blocks() {
        yield tar(n);
      }
      await readTar(blocks(), async (_, content) => {
        for await (const _block of content) taken++;
      });
      return taken;
    },
  ],
  [
    'zstd: small frames',
    async (n) => {
      const frame = zstdCompressSync(Buffer.from('some text of a frame that is not empty'));
      async function* blocks() {
        yield Buffer.concat(Array.from({ length: n }, () => frame));
      }
      return (await Array.fromAsync(zstdFrames(blocks()))).length;
    },
  ],
  ['tar in a check', (n) => readsOf(tarball, tar(n))],
  ['zip', (n) => readsOf(zip, zipOf(n))],
  ['GGUF', (n) => readsOf(gguf, ggufOf(n))],
  ['safetensors', (n) => readsOf(safetensors, safetensorsOf(n))],
  [
    'pickle',
    (n) => readsOf(pickle, Buffer.concat([Buffer.from('\x80\x04'), Buffer.alloc(n * 8, '('), Buffer.from('.')])),
  ],
];

for (const [what, count] of steps)
  test(`twice as much takes about twice as many steps: ${what}`, async () => {
    const [one, two] = [await count(1000), await count(2000)];
    assert.ok(one > 0 && two <= one * 2.2 + 4096, `${one} steps, then ${two}`);
  });
