import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Message, maxFrame, maxLine, NotTheProtocol, readMessages } from './readMessages.ts';

test('messages are read whole, however the pipe cuts them', async () => {
  const bytes = Buffer.from('{"id":1,"bytes":5}\n\n{}\n\xff{"id":2,"ok":"\u00e9"}\n', 'latin1');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.byteLength)), async (cuts) => {
      const [first, ...rest] = await messagesOf(pieces(bytes, cuts));
      const frame = Buffer.concat([first, ...rest.slice(0, -1)].map((message) => message?.bytes ?? Buffer.alloc(0)));
      assert.deepEqual(first?.line, { id: 1, bytes: 5 });
      assert.equal(frame.toString('latin1'), '\n{}\n\xff');
      assert.equal(rest.at(-1)?.line['id'], 2);
    }),
  );
});

test('whatever a program writes is a message, or not the protocol', async () => {
  const text = fc.stringMatching(/^[\x00-\x7f]*$/);
  const line = fc.oneof(
    text,
    fc.json(),
    fc.record({ bytes: fc.integer() }).map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      const read = messagesOf([Buffer.from(`${lines.join('\n')}\n`)]);
      await read.catch((error: unknown) => assert.ok(error instanceof NotTheProtocol));
    }),
  );
});

test('a line that does not end, a huge frame and a cut message are refused', async () => {
  const endless = Array.from({ length: maxLine / 65536 + 1 }, () => Buffer.alloc(65536, 'a'));
  const inputs = [
    endless,
    [`{"bytes":${maxFrame + 1}}\n`],
    ['{"bytes":-1}\n'],
    ['{"bytes":"1"}\n'],
    ['{"bytes":2}\na'],
  ];
  for (const input of [...inputs, ['{"id":1}'], ['[]\n'], ['null\n'], ['hello\n']])
    await assert.rejects(messagesOf(input.map((part) => Buffer.from(part))), NotTheProtocol);
});

async function messagesOf(input: readonly Uint8Array[]): Promise<readonly Message[]> {
  const stream = async function* () {
    yield* input;
  };
  return await Array.fromAsync(readMessages(stream()));
}

function pieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.byteLength];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}
