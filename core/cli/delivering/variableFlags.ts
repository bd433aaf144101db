import { KitwrightError } from '@kitwright/core/internal';
import type { Command } from 'commander';

/**
 * Flags that a variable holds, as the images of `kit` have them, are flags of a command: words between blanks, as its
 * scripts split them. What was typed too is last and wins. Throws `usage`.
 */
export function variableFlags(command: Command, variable: string): Command {
  return command.hook('preAction', (_, action) => {
    const words = (process.env[variable] ?? '').split(/\s+/).filter(Boolean);
    if (!words.length) return;
    const own = action.parseOptions(words);
    const shared = action.parent?.parseOptions([...own.operands, ...own.unknown]) ?? own;
    const [word] = [...shared.operands, ...shared.unknown];
    if (word !== undefined) throw new KitwrightError('usage', `${variable} has ${word}, which is no flag here.`);
  });
}
