import { applyOp, fileOpKinds } from './fileOps.ts';

/** Writes below a directory as fast as it can: `writer.ts DIRECTORY SEED OPERATIONS`. */
const [root = '', seed = '1', count = '100'] = process.argv.slice(2);

let state = Number(seed) | 0;
const random = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return (state >>> 8) % below;
};

for (let i = 0; i < Number(count); i++)
  applyOp(root, {
    kind: fileOpKinds[random(fileOpKinds.length)] ?? 'create',
    pick: random(1000),
    other: random(1000),
  });
