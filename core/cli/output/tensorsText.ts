import type { TensorChange, TensorShape, WeightsDiff } from '@kitwright/core/internal/builds';
import { formatSize } from './formatSize.ts';

/** Tensors of one file that are named one by one. */
const mostShown = 1_000;

const marks: Readonly<Record<TensorChange['change'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  reshaped: '!',
  unknown: '?',
};

/** The tensors that differ, file by file. */
export function tensorsText(files: readonly WeightsDiff[]): readonly string[] {
  const lines = files.flatMap((file) => [
    file.before === file.after ? file.after : `${file.before} -> ${file.after}`,
    ...fileText(file).map((line) => `  ${line}`),
  ]);
  return ['Tensors', '-'.repeat(39), ...(lines.length ? lines : ['<none>']), ''];
}

function fileText({ isReadable, changes = [], same = 0 }: WeightsDiff): readonly string[] {
  if (!isReadable) return ['changed; its tensors cannot be read'];
  const more = changes.length - mostShown;
  return [
    ...changes.slice(0, mostShown).map(changeText),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(same > 0 ? [`${same} ${same === 1 ? 'tensor is' : 'tensors are'} the same`] : []),
  ];
}

function changeText({ name, change, before, after, norm }: TensorChange): string {
  const shapes = [before, after].flatMap((one) => (one ? [shapeText(one)] : []));
  const [one = '', other = one] = shapes;
  const size = (after ?? before)?.bytes;
  return [
    `${marks[change]} ${name}`,
    one === other ? one : `${one} -> ${other}`,
    ...(size === undefined ? [] : [formatSize(size)]),
    ...(norm === undefined ? [] : [`change ${normText(norm)}`]),
    ...(change === 'unknown' ? ['its bytes cannot be compared'] : []),
  ].join('  ');
}

function shapeText({ dtype, shape }: TensorShape): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function normText(norm: number): string {
  return Number.isFinite(norm) ? String(Number(norm.toPrecision(4))) : String(norm);
}

/** A norm that is no finite number is a string: JSON does not have it. */
export function tensorsJson(files: readonly WeightsDiff[]) {
  return files.map((file) => ({
    ...file,
    ...(file.changes
      ? {
          changes: file.changes.map(({ norm, ...change }) =>
            norm === undefined ? change : { ...change, norm: Number.isFinite(norm) ? norm : String(norm) },
          ),
        }
      : {}),
  }));
}
