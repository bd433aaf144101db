import type { Command } from 'commander';

const flagForm = /^(--[a-z][a-z0-9-]*)=(.*)$/;

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'TRUE', 'True', 't', 'T', '1'].map((word) => [word, true] as const),
  ...['false', 'FALSE', 'False', 'f', 'F', '0'].map((word) => [word, false] as const),
]);

/**
 * Go's flags may be written `--force=true` and `--tls-verify=false`, which commander does not know. A false flag is
 * left out, or becomes its `--no-` form. An optional value follows `=`, never as the next word. Words after `--` are
 * not changed.
 */
export function normalizeFlags(program: Command, args: readonly string[]): readonly string[] {
  const known = new Set(booleans(program));
  const preset = new Map(presets(program));
  const end = args.indexOf('--');
  const ours = end < 0 ? args : args.slice(0, end);
  const normalized = ours.flatMap((arg) => {
    if (preset.has(arg)) return [`${arg}=${preset.get(arg)}`];
    const [, name = '', word = ''] = flagForm.exec(arg) ?? [];
    const value = truths.get(word);
    if (value === undefined || !known.has(name)) return [arg];
    if (value) return [name];
    const negative = name.replace(/^--/, '--no-');
    return known.has(negative) ? [negative] : [];
  });
  return [...normalized, ...args.slice(ours.length)];
}

/** Long names of the flags that take no value, in all commands. */
function booleans(command: Command): readonly string[] {
  return [
    ...command.options.flatMap((option) => ((option.isBoolean() || option.negate) && option.long ? [option.long] : [])),
    ...command.commands.flatMap(booleans),
  ];
}

/** Flags with an optional value, and the value that they have without it. */
function presets(command: Command): readonly (readonly [string, string])[] {
  return [
    ...command.options.flatMap((option) =>
      option.optional && option.long && option.presetArg !== undefined
        ? [[option.long, String(option.presetArg)] as const]
        : [],
    ),
    ...command.commands.flatMap(presets),
  ];
}
