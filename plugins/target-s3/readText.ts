import { collectBody, KitwrightError } from '@kitwright/core/plugin';

/** Bytes of a list of 1,000 parts, and of any error. */
const maxText = 4 * 1024 * 1024;

/** The text of a small answer. Throws `remote-malformed` if it is none. */
export async function readText(response: Response, limit: number = maxText): Promise<string> {
  const tooLarge = () => new KitwrightError('remote-malformed', `An answer has more than ${limit} bytes.`);
  return (await collectBody(response, limit, tooLarge)).toString();
}

/** The texts of all elements of a name in an answer of S3, which nests no element in itself. */
export function elements(xml: string, name: string): readonly string[] {
  return xml
    .split(`<${name}>`)
    .slice(1)
    .map((rest) => rest.split(`</${name}>`, 1)[0] ?? '');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#34': '"' };

/** The text of the first element of a name; undefined if there is none. */
export function element(xml: string, name: string): string | undefined {
  return elements(xml, name)[0]?.replace(/&(#?\w{1,4});/g, (all, entity: string) => entities[entity] ?? all);
}
