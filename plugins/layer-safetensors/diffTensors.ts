import type { LayerBytes } from '@kitwright/core/plugin';
import { formOf, readHeader, type Tensor } from './readHeader.ts';

/** Which tensors are new, gone, of another form, or have other values; a line each, and a summary first. */
export async function diffTensors(before: LayerBytes, after: LayerBytes): Promise<readonly string[]> {
  const [old, now] = [await named(before), await named(after)];
  const lines: string[] = [];
  let same = 0;
  for (const [name, tensor] of now) {
    const was = old.get(name);
    if (!was) lines.push(`+ ${formOf(tensor)}`);
    else if (formOf(was) !== formOf(tensor))
      lines.push(`~ ${formOf(was)} -> ${formOf({ ...tensor, name: '' }).trimStart()}`);
    else if (await equal(before, was, after, tensor)) same++;
    else lines.push(`~ ${formOf(tensor)} changed`);
  }
  for (const [name, tensor] of old) if (!now.has(name)) lines.push(`- ${formOf(tensor)}`);
  return [`${same} of ${now.size} tensors are equal`, ...lines];
}

async function named(layer: LayerBytes): Promise<ReadonlyMap<string, Tensor>> {
  return new Map((await readHeader(layer)).tensors.map((tensor) => [tensor.name, tensor]));
}

const blockSize = 4 * 1024 * 1024;

async function equal(before: LayerBytes, was: Tensor, after: LayerBytes, now: Tensor): Promise<boolean> {
  const size = now.end - now.start;
  if (was.end - was.start !== size) return false;
  for (let at = 0; at < size; at += blockSize) {
    const length = Math.min(blockSize, size - at);
    const [a, b] = await Promise.all([
      before.read(was.start + at, was.start + at + length),
      after.read(now.start + at, now.start + at + length),
    ]);
    if (!Buffer.from(a).equals(b)) return false;
  }
  return true;
}
