import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { readBelow } from '@kitwright/core/internal';
import { trainingArguments } from '@kitwright/readiness';
import { looksSecret } from './commandText.ts';

/** Files in which trainings keep their settings, by kind; of each kind the newest counts. */
const kinds: Readonly<Record<string, Kind>> = {
  own: { name: /^(?:hparams|params|training_args|args)\.(?:ya?ml|json)$/, read: ownSettings },
  trainer: { name: /^training_args\.bin$/, read: trainerSettings },
  model: { name: /^config\.json$/, read: modelSettings },
};

interface Kind {
  readonly name: RegExp;
  readonly read: (bytes: Buffer, path: string) => readonly Setting[];
}

type Setting = readonly [name: string, value: string];

/** Of some hundred settings those that people compare. */
const compared: ReadonlySet<string> = new Set(
  'learning_rate per_device_train_batch_size gradient_accumulation_steps num_train_epochs max_steps weight_decay warmup_steps warmup_ratio lr_scheduler_type optim adam_beta1 adam_beta2 max_grad_norm label_smoothing_factor seed fp16 bf16 gradient_checkpointing'.split(
    ' ',
  ),
);
const modelFields: ReadonlySet<string> = new Set(
  'model_type hidden_size n_embd intermediate_size num_hidden_layers n_layer num_attention_heads n_head vocab_size max_position_embeddings n_positions dtype torch_dtype'.split(
    ' ',
  ),
);

/** Levels of directories and entries that are searched; bytes that are read; parameters and characters that are kept. */
const [mostLevels, mostEntries, mostBytes, mostParameters, mostCharacters] = [3, 5_000, 64 * 1024, 50, 100];

const secretName = /token|secret|passw|pwd|key|credential|auth/i;

/**
 * The settings of a training, from the newest files in its directory: `hparams.yaml`, `training_args.json` or the like
 * (single values at the top level, e.g. `lr` -> `0.001`), the Trainer's `training_args.bin`, and the model's
 * `config.json` (those that people compare). What may be a secret is left out.
 */
export function readParameters(directory: string): Readonly<Record<string, string>> {
  const files = settingsFiles(directory).toSorted((a, b) => b.changed - a.changed);
  const found = Object.values(kinds).flatMap(({ name, read }) => {
    const newest = files.find(({ path }) => name.test(basename(path)));
    const bytes = newest && readBelow(directory, relative(directory, newest.path), mostBytes);
    // What is too large, or being replaced, the next kit records.
    return newest && bytes ? read(bytes, newest.path) : [];
  });
  const kept = found.filter(
    ([name, value]) => /^[\w.-]{1,64}$/.test(name) && !secretName.test(name) && !looksSecret(value),
  );
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
      if (entry.isFile() && isSettings(entry.name)) found.push({ path, changed: changedAt(path) });
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

function isSettings(name: string): boolean {
  return Object.values(kinds).some((kind) => kind.name.test(name));
}

function ownSettings(bytes: Buffer, path: string): readonly Setting[] {
  const text = bytes.toString('utf8');
  return path.endsWith('.json') ? fromJson(text) : fromYaml(text);
}

function trainerSettings(bytes: Buffer): readonly Setting[] {
  return Object.entries(trainingArguments(bytes)).filter(([name]) => compared.has(name));
}

function modelSettings(bytes: Buffer): readonly Setting[] {
  const found = fromJson(bytes.toString('utf8')).filter(([name]) => modelFields.has(name));
  return found.map(([name, value]) => [`model.${name}`, value]);
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
