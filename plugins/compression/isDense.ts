import { constants, deflateRawSync } from 'node:zlib';

/** What is tried, from the middle of a block, in bytes. */
const probeBytes = 16 * 1024;

/** Would it hardly become smaller? Weights and images are such; to find that out by compressing them takes long. */
export function isDense(block: Buffer): boolean {
  const middle = (block.byteLength - probeBytes) >> 1;
  const probe = block.subarray(Math.max(0, middle), Math.max(0, middle) + probeBytes);
  return deflateRawSync(probe, { level: constants.Z_BEST_SPEED }).byteLength > probe.byteLength * 0.99;
}
