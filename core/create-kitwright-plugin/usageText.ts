import { capabilities } from './capabilities.ts';

/** The help. */
export function usageText(): string {
  const width = Math.max(...Object.keys(capabilities).map((name) => name.length));
  return [
    'npm create kitwright-plugin [NAME] -- [--capability KIND] [--language ts|js]',
    '',
    'NAME is the name of the plugin, @SCOPE/NAME, or a folder, which must be empty. What is',
    'missing is asked for on a terminal; elsewhere the language is TypeScript by default.',
    '',
    'KIND is what the plugin does:',
    ...Object.entries(capabilities).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`),
  ].join('\n');
}
