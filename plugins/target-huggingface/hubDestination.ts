import { KitwrightError } from '@kitwright/core/plugin';

/** Where at the hub a kit goes. */
export interface HubDestination {
  readonly type: 'model' | 'dataset';
  /** `owner/name`. */
  readonly name: string;
  readonly branch: string;
  /** Whether a repository that is made is private; undefined: as the owner has it by default. */
  readonly isPrivate: boolean | undefined;
}

const repository = /^(datasets\/)?([\w][\w.-]{0,95}\/[\w][\w.-]{0,95})$/;

/** `owner/name` or `datasets/owner/name`, and the options `private` and `branch`. Throws `usage`. */
export function hubDestination(text: string, options: Readonly<Record<string, string>>): HubDestination {
  const [, prefix, name] = repository.exec(text) ?? [];
  if (name === undefined)
    throw new KitwrightError('usage', `${JSON.stringify(text)} is not a repository of the hub.`, {
      hint: 'For example owner/name or datasets/owner/name.',
    });
  const { private: hidden, branch = 'main', ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new KitwrightError('usage', `The exporter huggingface has no option ${JSON.stringify(unknown)}.`, {
      hint: 'There are private and branch.',
    });
  if (!/^[\w][\w./-]{0,199}$/.test(branch))
    throw new KitwrightError('usage', `${JSON.stringify(branch)} is not the name of a branch.`);
  return { type: prefix ? 'dataset' : 'model', name, branch, isPrivate: truthOf(hidden) };
}

function truthOf(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new KitwrightError('usage', `The option private is true or false, not ${JSON.stringify(text)}.`);
}
