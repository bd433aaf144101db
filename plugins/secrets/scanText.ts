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
  for (const match of text.matchAll(pattern)) {
    if (findings.length === most) break;
    const secret = match[1] ?? match[0];
    if (entropyOf(secret) < entropy || isPlaceholder(secret) || isAllowed(text, match.index)) continue;
    findings.push({ line: lineAt(text, match.index + match[0].indexOf(secret)), what: id.replaceAll('-', ' ') });
  }
  return findings;
}

/** Examples in documents: `AKIAIOSFODNN7EXAMPLE`. */
function isPlaceholder(secret: string): boolean {
  return /EXAMPLE|xxxxxx|XXXXXX|\*{6}/.test(secret);
}

function isAllowed(text: string, at: number): boolean {
  const end = text.indexOf('\n', at);
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, end < 0 ? text.length : end);
  return line.includes('gitleaks:allow');
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line++;
  return line;
}

/** Shannon entropy in bits for each character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
