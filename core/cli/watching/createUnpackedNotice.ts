import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytePath } from '@kitwright/core/internal';
import { readIgnoreRules, type WatchLook } from '@kitwright/core/internal/builds';

/** How much is looked at, and the share of the time (one in so many) that this may take. */
const [mostLevels, mostEntries, share] = [3, 5_000, 50];

/** Directories of checkpoints, and files of weights. */
const directoryName = /^(?:checkpoint|global_step|iter|step|epoch)[-_=]?\d+$/;
const fileName = /\.(?:safetensors|ckpt|pt|pth|gguf|keras|onnx)$/i;

/** Directories in which no training writes its checkpoints. */
const others = /^(?:\..*|node_modules|wandb|mlruns|__pycache__|site-packages|venv|env)$/;

/**
 * Says once that checkpoints appear where no layer of the Kitfile is: they would be in no kit, and nobody would notice
 * before they are needed.
 */
export function createUnpackedNotice(directory: string, warn: (message: string) => void): (look: WatchLook) => void {
  let next = 0;
  let isTold = false;
  return ({ at, layers }) => {
    if (isTold || at < next || layers.length === 0) return;
    const started = performance.now();
    const found = orUndefined(() => unpackedIn(directory, layers));
    next = at + (performance.now() - started) * share;
    if (found === undefined) return;
    isTold = true;
    warn(messageFor(found));
  };
}

/** What is wrong with .kitignore or the directory is the watch's to say. */
function orUndefined<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

function messageFor(found: string): string {
  const [top = found] = found.split('/');
  return `${found} is in no kit: no layer of the Kitfile holds it. Add "model: {path: ${top}}" to the Kitfile (or a part of the model), or name it in .kitignore.`;
}

/** The first checkpoint or file of weights that no layer holds. */
function unpackedIn(directory: string, layers: readonly string[]): string | undefined {
  if (layers.includes('.')) return undefined;
  const { ignores } = readIgnoreRules(directory);
  const isPacked = (path: string) => layers.some((layer) => path === layer || path.startsWith(`${layer}/`));
  const folders = [{ path: '', level: 0 }];
  let entries = 0;
  for (const folder of folders)
    for (const entry of entriesOf(join(directory, folder.path))) {
      if (++entries > mostEntries) return undefined;
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      if (isPacked(bytePath(path)) || ignores(bytePath(path))) continue;
      if (entry.isFile() && fileName.test(entry.name)) return path;
      if (!entry.isDirectory() || others.test(entry.name)) continue;
      if (directoryName.test(entry.name)) return path;
      if (folder.level + 1 < mostLevels) folders.push({ path, level: folder.level + 1 });
    }
  return undefined;
}

function entriesOf(path: string) {
  return orUndefined(() => readdirSync(path, { withFileTypes: true })) ?? [];
}
