import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const { RECHECK: folder = '' } = process.env;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What these read is short: a path of the system, and the head of the stack of an error that was thrown here. */
const short = new Set([
  'core/cli/runs/findCheckpoint.ts',
  'core/cli/loading/thrownBy.ts',
  'core/cli/config/readConfigFile.ts',
]);

interface Found {
  readonly pattern: string;
  readonly flags: string;
}

interface Node {
  readonly type: string;
  readonly regex?: Found;
}

interface Tools {
  readonly check: (pattern: string, flags: string, limits: { readonly timeout: number }) => Promise<Verdict>;
  readonly parse: (text: string, options: { readonly ecmaVersion: 'latest'; readonly sourceType: 'module' }) => Node;
  readonly full: (tree: Node, visit: (node: Node) => void) => void;
}

interface Verdict {
  readonly status: 'safe' | 'vulnerable' | 'unknown';
}

function tools(): Tools {
  const load = createRequire(join(folder, 'index.js'));
  return { ...load('recheck'), ...load('acorn'), ...load('acorn-walk') };
}

/** The expressions of the sources, each once, with a file that has it. */
function expressions({ parse, full }: Tools): ReadonlyMap<string, Found & { readonly file: string }> {
  const files = execFileSync('git', ['ls-files', 'core', 'plugins'], { cwd: root, encoding: 'utf8' }).split('\n');
  const found = new Map<string, Found & { readonly file: string }>();
  for (const file of files.filter(
    (path) => /(?<!\.test|\.d)\.ts$/.test(path) && !/testkit|testing|templates/.test(path),
  )) {
    const text = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'));
    full(parse(text, { ecmaVersion: 'latest', sourceType: 'module' }), ({ regex }) => {
      if (regex && !short.has(file)) found.set(`/${regex.pattern}/${regex.flags}`, { ...regex, file });
    });
  }
  return found;
}

/** ms for one expression. */
const timeout = 15_000;

describe('regular expressions', { skip: !folder && 'recheck is not here' }, () => {
  it('take linear time for any text', async () => {
    const loaded = tools();
    const all = [...expressions(loaded)];
    assert.ok(all.length > 400, `${all.length} expressions`);
    const wrong: string[] = [];
    for (const [text, { pattern, flags, file }] of all)
      if ((await loaded.check(pattern, flags, { timeout })).status === 'vulnerable') wrong.push(`${file}: ${text}`);
    assert.deepEqual(wrong, []);
  });
});
