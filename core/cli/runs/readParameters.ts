import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readPlainFile } from '@kitwright/core/internal';

/** Files in which trainings keep their settings. */
const fileName = /^(?:hparams|params|training_args|args)\.(?:ya?ml|json)$/;

/** Levels of directories and entries that are searched; bytes that are read; parameters and characters that are kept. */
const [mostLevels, mostEntries, mostBytes, mostParameters, mostCharacters] = [3, 5_000, 64 * 1024, 50, 100];

const secretName = /token|secret|passw|pwd|key|credential|auth/i;

/**
 * The settings of a training, from the newest `hparams.yaml`, `params.yaml`, `training_args.json` or the like in its
 * directory: its single values at the top level, e.g. `lr` -> `0.001`. What may be a secret is left out.
 */
export function readParameters(directory: string): Readonly<Record<string, string>> {
  const [newest] = settingsFiles(directory).toSorted((a, b) => b.changed - a.changed);
  if (!newest) return {};
  const text = textOf(newest.path);
  const found = newest.path.endsWith('.json') ? fromJson(text) : fromYaml(text);
  const kept = found.filter(([name]) => /^[\w.-]{1,64}$/.test(name) && !secretName.test(name));
  return Object.fromEntries(
    kept.slice(0, mostParameters).map(([name, value]) => [name, value.slice(0, mostCharacters)]),
  );
}

function settingsFiles(directory: string): readonly { readonly path: string; readonly changed: number }[] {
  const found: { readonly path: string; readonly changed: number }[] = [];
  const folders = [{ path: directory, level: 0 }];
  let entries = 0;
  for (const folder of folders)
    for (const entry of entriesOf(folder.path)) {
      if (++entries > mostEntries) return found;
      const path = join(folder.path, entry.name);
      if (entry.isFile() && fileName.test(entry.name)) found.push({ path, changed: changedAt(path) });
      if (entry.isDirectory() && folder.level < mostLevels && !/^\.|^node_modules$/.test(entry.name))
        folders.push({ path, level: folder.level + 1 });
    }
  return found;
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function textOf(path: string): string {
  try {
    return readPlainFile(path, mostBytes).toString('utf8');
  } catch {
    // It is too large, or being replaced: the next kit records it.
    return '';
  }
}

function fromJson(text: string): readonly (readonly [string, string])[] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(single) : [];
  } catch {
    return [];
  }
}

function single([name, value]: readonly [string, unknown]): readonly (readonly [string, string])[] {
  return ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)]] : [];
}

/** Lines at the top level with a plain value: the tags of Python's objects are for a reader that runs code. */
function fromYaml(text: string): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, text] = /^([\w.-]+):[ \t]+([^\s&*!|>[{#].*)$/.exec(line) ?? [];
    const [value = ''] = text?.split(' #') ?? [];
    return name === undefined ? [] : [[name, value.trim().replace(/^(["'])(.*)\1$/, '$2')] as const];
  });
}
