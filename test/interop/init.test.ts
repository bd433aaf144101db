import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { kit, kitwright, succeed } from './peer.ts';
import { createRandom } from './randomTree.ts';

const names =
  'a.safetensors b.gguf pytorch_model.bin x.bin a.json z.txt d.csv e.parquet r.md README.md LICENSE AGENTS.md x.prompt k.mcpb m.py u.xyz v.q w.r Kitfile .hidden A.CSV y.onnx t.tar.gz config.json noext o.prompts.json SKILL.md'.split(
    ' ',
  );
const directories = ['docs', 'src', 'a', 'm', 'x y', 'lib', 'e.csv'];
const skill = '---\nname: one\ndescription: First\n---\n';

const seeds = Number(process.env['SEEDS'] ?? 200) / 5;

test(`kit and kitwright make the same Kitfile for ${seeds} random trees`, async () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const integer = createRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[integer(list.length)] as T;
    using folder = temporaryFolder();
    const fill = (path: string, level: number): void => {
      mkdirSync(path, { recursive: true });
      for (let i = integer(level ? 4 : 8); i > 0; i--) {
        const name = pick(names);
        if (name === 'SKILL.md' && integer(3)) continue;
        writeFileSync(join(path, name), name === 'SKILL.md' ? skill : Buffer.alloc(pick([1, 10, 151, 400])));
      }
      for (let i = level < 3 ? integer(4) : 0; i > 0; i--) fill(join(path, pick(directories)), level + 1);
    };
    fill(join(folder.path, 'ctx'), 0);
    const args = ['init', 'ctx', '-o', '-', '--depth', String(integer(4) - 1)];
    const theirs = succeed(await kit(folder.path, join(folder.path, 'k'), ...args));
    const ours = succeed(await kitwright(folder.path, join(folder.path, 'w'), ...args));
    assert.equal(ours.stdout, theirs.stdout, `seed ${seed}`);
  }
});
