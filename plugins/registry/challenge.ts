/** One challenge of `WWW-Authenticate` (RFC 9110, 11.6.1). */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const maxHeader = 8192;

const scheme = /\s*(?:,\s*)?([A-Za-z][A-Za-z0-9_-]*)(?=\s|$)/y;

const parameter = /\s*(?:,\s*)?([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;

/** Parses the challenges of a header; the list ends where the text is invalid. */
export function parseChallenges(header: string): readonly Challenge[] {
  const text = header.slice(0, maxHeader);
  const challenges: Challenge[] = [];
  let at = 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (let name = next(scheme); name; name = next(scheme)) {
    const parameters: Record<string, string> = {};
    for (let match = next(parameter); match; match = next(parameter))
      parameters[(match[1] ?? '').toLowerCase()] = (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1');
    challenges.push({ scheme: (name[1] ?? '').toLowerCase(), parameters });
  }
  return challenges;
}
