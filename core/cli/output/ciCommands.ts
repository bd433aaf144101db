type Environment = Readonly<Record<string, string | undefined>>;

/** Does a CI system read what is printed, and obey lines in it? GitHub Actions, Azure Pipelines and TeamCity do. */
export function isReadByCi(env: Environment): boolean {
  return ['GITHUB_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION'].some((name) => env[name]);
}

/**
 * `::name` behind white space at the beginning of a line, or `##[name]`, `##vso[name]` and `##teamcity[name]` in it. The
 * white space is that of the line: with line breaks a long gap would be tried from each of its lines.
 */
const lineCommand = /^([^\S\n\r\u2028\u2029]*):(?=:)/gm;
const hashCommand = /##(?=\w*\[)/g;

export function holdsCommand(text: string): boolean {
  return text.search(lineCommand) >= 0 || text.search(hashCommand) >= 0;
}

/** A line whose text is no command, whatever it holds. */
export function withoutCommands(line: string): string {
  return withoutHashes(line.replace(lineCommand, '$1\\u003a'));
}

/** A part of a line, whatever is beside it. */
export function fieldWithoutCommands(text: string): string {
  return withoutHashes(text).replace(/^[:#]|[:#]$|:(?=:)/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}

/** In strings of JSON this is another form of the same text, and elsewhere in it there are no such signs. */
export function withoutHashes(json: string): string {
  return json.replace(hashCommand, '#\\u0023');
}
