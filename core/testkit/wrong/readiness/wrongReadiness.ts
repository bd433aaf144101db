import type { Readiness, ReadinessFile } from '@kitwright/core/plugin';
import type { MakeReadiness } from '../../readiness/MadeReadiness.ts';
import type { Wrong } from '../testWrong.ts';

const magic = Buffer.from('BOX1');

/** Eight bytes of header, with the size of what follows; its first byte is the type of a tensor. */
const boxes: Readiness = {
  id: 'boxes',
  matches: (name) => /^[^/\n]{1,255}\.box$/.test(name),
  recognises: (head) => head.subarray(0, 4).equals(magic),
  check: (file) => {
    if (file.size < 8) return notYet('it has no header yet');
    const head = headOf(file);
    if (!head) return { state: 'broken', reason: 'it is no box' };
    if (head.size + 8 > file.size) return notYet('bytes are missing');
    return head.size + 8 === file.size ? { state: 'ready' } : { state: 'broken', reason: 'there are more bytes' };
  },
  progress: (name) => {
    const step = Number(/step-(\d{1,12})\.box$/.exec(name.slice(-40))?.[1] ?? Number.NaN);
    return Number.isNaN(step) ? undefined : { step, metrics: {} };
  },
  tensors: (file) => {
    const head = headOf(file);
    if (!head || head.size + 8 > file.size) return undefined;
    return [{ name: 'box', dtype: 'U8', shape: [head.size], bytes: { offset: 8, size: head.size } }];
  },
};

function headOf({ read }: Pick<ReadinessFile, 'read'>): { readonly size: number } | undefined {
  const head = read(0, 8);
  return head.byteLength === 8 && head.subarray(0, 4).equals(magic) ? { size: head.readUInt32LE(4) } : undefined;
}

function notYet(reason: string) {
  return { state: 'not-yet', reason, retryAfter: 100 } as const;
}

export const rightReadiness: MakeReadiness = made({});

/** Checks with one error each, and the cases that find it. */
export const wrongReadiness: readonly Wrong<MakeReadiness>[] = [
  wrong('takes files of other names', { matches: (name) => name.includes('.box') || name.endsWith('.bin') }, [
    'matches: knows its files by their names, and no others',
  ]),
  wrong('remembers where it was in a name', { matches: (name) => sticky.test(name) }, [
    'matches: knows its files by their names, and no others',
  ]),
  wrong('is never content', { check: () => notYet('not yet') }, ['check: a complete file is ready']),
  wrong(
    'takes a file with a header for complete',
    { check: (file) => (file.size < 8 ? notYet('no header') : headOf(file) ? { state: 'ready' } : boxes.check(file)) },
    ['check: the beginning of a file is never ready'],
  ),
  wrong('names no time to look again', { check: (file) => withoutTime(boxes.check(file)) }, [
    'check: the beginning of a file is never ready',
    'check: whatever is in a file, it is an answer',
  ]),
  wrong(
    'writes into what it reads',
    {
      check: (file) => {
        const answer = boxes.check(file);
        file.read(0, 1).fill(0);
        return answer;
      },
    },
    ['check: says the same again, and changes none of the bytes'],
  ),
  wrong(
    'throws for what is no box',
    {
      check: (file) => {
        if (file.size >= 8 && !headOf(file)) throw new RangeError('No box.');
        return boxes.check(file);
      },
    },
    ['check: whatever is in a file, it is an answer'],
  ),
  wrong('waits for bytes that are gone', { check: (file) => (file.size < 8 ? boxes.check(file) : read(file)) }, [
    'check: a file that shrinks meanwhile ends the check',
  ]),
  wrong(
    'reads a file whole',
    {
      check: (file) => {
        for (let at = 0; at < file.size; at += 2 ** 26) file.read(at, Math.min(2 ** 26, file.size - at));
        return boxes.check(file);
      },
    },
    ['check: reads little of a large file'],
  ),
  wrong('recognises every file', { recognises: () => true }, [
    'recognises: knows a file by its first 512 bytes, and no other',
  ]),
  wrong('needs a long head', { recognises: (head) => head.readUInt32LE(0) === magic.readUInt32LE(0) }, [
    'recognises: any head is answered',
  ]),
  wrong(
    'counts steps beyond numbers',
    { progress: (name) => ({ step: Number(/\d+/.exec(name)?.[0] ?? 0), metrics: {} }) },
    ['progress: any name gives a step, or none'],
  ),
  wrong('believes the size of a tensor', { tensors: (file) => tensorOf(headOf(file)?.size) }, [
    'tensors: any file gives some in it, or none',
  ]),
];

const sticky = /\.box$/g;

function withoutTime(answer: ReturnType<Readiness['check']>) {
  return answer.state === 'not-yet' ? { ...answer, retryAfter: Number.NaN } : answer;
}

function read(file: ReadinessFile) {
  for (let at = 0; at < 8; ) at += file.read(at, 8 - at).byteLength;
  return boxes.check(file);
}

function tensorOf(size: number | undefined) {
  return size === undefined ? undefined : [{ name: 'box', dtype: 'U8', shape: [size], bytes: { offset: 8, size } }];
}

function wrong(does: string, spoiled: Partial<Readiness>, fails: readonly string[]): Wrong<MakeReadiness> {
  return { does, fails, make: made(spoiled) };
}

function made(spoiled: Partial<Readiness>): MakeReadiness {
  const bytes = Buffer.concat([magic, Buffer.from([100, 0, 0, 0]), Buffer.alloc(100, 5)]);
  return () => ({
    readiness: { ...boxes, ...spoiled },
    complete: [{ name: 'step-100.box', bytes }],
    others: ['box.py', 'a.bin'],
  });
}
