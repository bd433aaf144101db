import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Bench, Row } from './Bench.ts';
import { median } from './measure.ts';

const cli = fileURLToPath(new URL('../core/cli/bin/kitwright.js', import.meta.url));

/** Under watch, one of 50,000 files changes late in the layer; compared with what `kit` takes for a pack. */
export async function watchMany(bench: Bench, kitSeconds: number): Promise<Row> {
  const args = [cli, '--config', join(bench.folder, 'ours'), '--json', 'watch', 'many', '--quiet', '50'];
  const child = spawn(process.execPath, args, { cwd: bench.folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const change = (n: number) => writeFileSync(join(bench.folder, 'many', 'd', '9', '999.bin'), Buffer.alloc(4096, n));
  const times: number[] = [];
  for await (const line of createInterface(child.stdout)) {
    const { type, count, elapsed } = JSON.parse(line) as KitEvent;
    if (type !== 'kit') continue;
    if (count > 2) times.push(elapsed / 1000);
    if (count > bench.pairs + 2) child.kill('SIGINT');
    else change(count);
  }
  return {
    what: '1 of 50,000 files changed late, watch',
    ratio: median(times) / kitSeconds,
    goal: 0.15,
    ours: `${median(times).toFixed(2)} s`,
    theirs: `${kitSeconds.toFixed(2)} s`,
  };
}

interface KitEvent {
  readonly type: string;
  readonly count: number;
  readonly elapsed: number;
}
