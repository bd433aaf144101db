import { capabilities } from './capabilities.ts';
import { checkedCapability, checkedLanguage, checkedName } from './checkedChoice.ts';
import { checkFolder } from './createPlugin.ts';
import type { Given, PluginChoice } from './PluginChoice.ts';
import { UsageError } from './UsageError.ts';

/** Asks on a terminal for what was not given. Undefined if the user cancels. Throws `UsageError`. */
export async function askFor(given: Given): Promise<PluginChoice | undefined> {
  const isTerminal = Boolean(process.stdin.isTTY && process.stderr.isTTY);
  // What was given is checked before anything is asked.
  if (given.name !== undefined) checkFolder(checkedName(given.name).folder);
  if (given.capability !== undefined) checkedCapability(given.capability);
  if (given.language !== undefined) checkedLanguage(given.language);
  const name =
    given.name ?? (isTerminal ? await askName() : missing('Name the plugin: npm create kitwright-plugin NAME'));
  const capability =
    name === undefined ? undefined : (given.capability ?? (isTerminal ? await askCapability() : missing(which())));
  const language =
    capability === undefined ? undefined : (given.language ?? (isTerminal ? await askLanguage() : 'typescript'));
  if (name === undefined || capability === undefined || language === undefined) return undefined;
  return {
    ...checkedName(name),
    capability: checkedCapability(capability),
    language: checkedLanguage(language),
  };
}

function missing(message: string): never {
  throw new UsageError(`${message}\nThe flag --help tells more.`);
}

function which(): string {
  return `Say what the plugin does: -- --capability KIND. There are ${Object.keys(capabilities).join(', ')}.`;
}

/** Loaded when somebody is asked. */
const prompts = () => import('./prompts.ts');

async function askName(): Promise<string | undefined> {
  const { ask, text } = await prompts();
  const validate = (value = '') => mistakeOf(() => checkFolder(checkedName(value).folder));
  return ask((shared) =>
    text({ ...shared, message: 'Name of the plugin, or its folder', placeholder: 'my-plugin', validate }),
  );
}

function mistakeOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function askCapability(): Promise<string | undefined> {
  const { ask, select } = await prompts();
  const options = Object.entries(capabilities).map(([value, hint]) => ({ value, label: value, hint }));
  return ask((shared) => select<string>({ ...shared, message: 'What does it do?', options, maxItems: 8 }));
}

async function askLanguage(): Promise<string | undefined> {
  const { ask, select } = await prompts();
  const options = [
    { value: 'typescript', label: 'TypeScript' },
    { value: 'javascript', label: 'JavaScript' },
  ];
  return ask((shared) => select<string>({ ...shared, message: 'In which language?', options }));
}
