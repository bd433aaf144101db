import { parseArgs } from 'node:util';
import { askFor } from './askFor.ts';
import { createPlugin } from './createPlugin.ts';
import { nextSteps } from './nextSteps.ts';
import type { Given } from './PluginChoice.ts';
import { UsageError } from './UsageError.ts';
import { usageText } from './usageText.ts';

/** Creates a plugin as the arguments say, and gives the exit status: 0, 1 for a failure, 2 for wrong usage. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const { help, ...given } = parse(args);
    if (help) console.log(usageText());
    else {
      const choice = await askFor(given);
      if (!choice) return 130;
      createPlugin(choice);
      console.log(nextSteps(choice));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}

function parse(args: readonly string[]): Given & { readonly help: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        capability: { type: 'string', short: 'c' },
        language: { type: 'string', short: 'l' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [name, ...others] = positionals;
    if (others.length) throw new UsageError(`There is one name, not also ${others.join(' ')}.`);
    return { ...values, name };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UsageError) throw error;
    throw new UsageError(`${error.message}\n\n${usageText()}`);
  }
}
