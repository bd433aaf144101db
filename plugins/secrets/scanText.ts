import type { Finding } from '@kitwright/core/plugin';
import { type SecretRule, secretRules } from './secretRules.ts';

/**
 * Finds secrets in a text, with the lines in which they begin; no finding contains the secret. Lines with
 * `gitleaks:allow` are skipped.
 */
export function scanText(text: string): readonly Finding[] {
  const lower = text.toLowerCase();
  const found = secretRules()
    .filter(({ keywords }) => keywords.some((keyword) => lower.includes(keyword)))
    .flatMap((rule) => findWith(rule, text));
  // Several rules may match the same secret.
  const lines = new Map(found.map((finding) => [finding.line, finding]));
  return [...lines.values()].sort((a, b) => a.line - b.line);
}

/** The most findings of one rule in one file. */
const most = 20;

function findWith({ id, pattern, entropy }: SecretRule, text: string): readonly Finding[] {
  const findings: Finding[] = [];
  const lineAt = createLines(text);
  for (const match of text.matchAll(pattern)) {
    if (findings.length === most) break;
    const secret = match[1] ?? match[0];
    if (entropyOf(secret) < entropy || isPlaceholder(secret) || lineAt(match.index).isAllowed) continue;
    const { number } = lineAt(match.index + match[0].indexOf(secret));
    findings.push({ line: number, what: id.replaceAll('-', ' ') });
  }
  return findings;
}

/** Examples in documents: `AKIAIOSFODNN7EXAMPLE`. */
function isPlaceholder(secret: string): boolean {
  return /EXAMPLE|xxxxxx|XXXXXX|\*{6}/.test(secret);
}

interface Line {
  readonly number: number;
  readonly isAllowed: boolean;
}

/** The lines of a text for places that come one after the other: each line is looked at once, however long it is. */
function createLines(text: string): (at: number) => Line {
  let [number, end] = [0, -1];
  let line: Line | undefined;
  return (at) => {
    while (!line || (at > end && end < text.length)) {
      const start = end + 1;
      const next = text.indexOf('\n', start);
      [number, end] = [number + 1, next < 0 ? text.length : next];
      line = { number, isAllowed: at <= end && text.slice(start, end).includes('gitleaks:allow') };
    }
    return line;
  };
}

/** Shannon entropy in bits for each character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
