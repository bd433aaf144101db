import { isMap, isScalar } from 'yaml';
import { guessText } from '../../files/decodeText.ts';
import { parseYaml } from '../parseYaml.ts';

/** The front matter of a SKILL.md. Empty fields are left out. */
export interface Skill {
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
}

const frontMatter = /^---\r?\n([\s\S]*?\r?\n)---\r?(?:\n|$)/;
/** Characters of a front matter that is read: agents take a thousand for a description. */
const maxText = 64 * 1024;

const fields = ['name', 'description', 'license'] as const;

/** Reads the front matter of a SKILL.md; front matter that cannot be read is ignored. */
export function skillFrontMatter(bytes: Uint8Array): Skill {
  const text = frontMatter.exec(guessText(bytes))?.[1];
  if (text === undefined || text.length > maxText) return {};
  const { document, mistakes } = parseYaml(text);
  const contents = document?.contents;
  if (mistakes.length || !isMap(contents)) return {};
  const found = fields.map((field) => [field, contents.get(field, true)] as const);
  if (found.some(([, node]) => node !== undefined && !isScalar(node))) return {};
  const texts = found.map(([field, node]) => [field, isScalar(node) ? String(node.value ?? '').trim() : ''] as const);
  return Object.fromEntries(texts.filter(([, text_]) => text_ !== ''));
}
