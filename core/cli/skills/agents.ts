import { statSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder, KitwrightError } from '@kitwright/core/internal';

/** A coding agent and where it looks for skills (facts: KitOps 1.15, `--as-skill`). */
export interface Agent {
  readonly name: string;
  /** Folder of skills below a project. */
  readonly project: string;
  /** Folder of skills for all projects, absolute; undefined for a user without a home. */
  readonly user: string | undefined;
  /** An agent is installed if one of these folders exists. */
  readonly traces: readonly string[];
}

type Row = readonly [project: string, user: string, ...traces: readonly string[]];

/**
 * `~` is the home directory, `$config` the XDG config folder, `$claude` and `$codex` what those agents' variables say.
 */
const others: Readonly<Record<string, Row>> = {
  amp: ['.agents', '$config/agents', '$config/amp'],
  antigravity: ['.agents', '~/.gemini/antigravity', '~/.gemini/antigravity'],
  'claude-code': ['.claude', '$claude', '$claude'],
  cline: ['.agents', '~/.agents', '~/.cline'],
  codex: ['.agents', '$codex', '$codex'],
  cortex: ['.cortex', '~/.snowflake/cortex', '~/.snowflake/cortex'],
  crush: ['.crush', '$config/crush', '$config/crush'],
  cursor: ['.agents', '~/.cursor', '~/.cursor'],
  deepagents: ['.agents', '~/.deepagents/agent', '~/.deepagents'],
  devin: ['.devin', '$config/devin', '$config/devin'],
  dexto: ['.agents', '~/.agents', '~/.dexto'],
  firebender: ['.agents', '~/.firebender', '~/.firebender'],
  'gemini-cli': ['.agents', '~/.gemini', '~/.gemini'],
  'github-copilot': ['.agents', '~/.copilot', '~/.copilot'],
  goose: ['.goose', '$config/goose', '$config/goose'],
  'kimi-cli': ['.agents', '$config/agents', '~/.kimi'],
  openclaw: ['', '~/.openclaw', '~/.openclaw', '~/.clawdbot', '~/.moltbot'],
  opencode: ['.agents', '$config/opencode', '$config/opencode'],
  pi: ['.pi', '~/.pi/agent', '~/.pi/agent'],
  replit: ['.agents', '$config/agents'],
  'tabnine-cli': ['.tabnine/agent', '~/.tabnine/agent', '~/.tabnine'],
  'trae-cn': ['.trae', '~/.trae-cn', '~/.trae-cn'],
  universal: ['.agents', '$config/agents'],
  warp: ['.agents', '~/.agents', '~/.warp'],
  windsurf: ['.windsurf', '~/.codeium/windsurf', '~/.codeium/windsurf'],
};

/** Agents that keep everything in one folder of the home directory, and their skills in `skills` below it. */
const ownFolder: Readonly<Record<string, string>> = {
  adal: '.adal',
  'aider-desk': '.aider-desk',
  augment: '.augment',
  bob: '.bob',
  'codearts-agent': '.codeartsdoer',
  codebuddy: '.codebuddy',
  codemaker: '.codemaker',
  codestudio: '.codestudio',
  'command-code': '.commandcode',
  continue: '.continue',
  droid: '.factory',
  forgecode: '.forge',
  'hermes-agent': '.hermes',
  'iflow-cli': '.iflow',
  junie: '.junie',
  kilo: '.kilocode',
  'kiro-cli': '.kiro',
  kode: '.kode',
  mcpjam: '.mcpjam',
  'mistral-vibe': '.vibe',
  mux: '.mux',
  neovate: '.neovate',
  openhands: '.openhands',
  pochi: '.pochi',
  qoder: '.qoder',
  'qwen-code': '.qwen',
  roo: '.roo',
  rovodev: '.rovodev',
  trae: '.trae',
  zencoder: '.zencoder',
};

const rows: Readonly<Record<string, Row>> = {
  ...others,
  ...Object.fromEntries(Object.entries(ownFolder).map(([name, at]) => [name, [at, `~/${at}`, `~/${at}`] as const])),
};

/** All agents, by name. */
export function knownAgents(env: Environment): readonly Agent[] {
  const home = homeFolder(env);
  const set = (name: string, standard: string) => env[name]?.trim() || (home && join(home, standard));
  const roots: Readonly<Record<string, string | undefined>> = {
    '~': home,
    $config: set('XDG_CONFIG_HOME', '.config'),
    $claude: set('CLAUDE_CONFIG_DIR', '.claude'),
    $codex: set('CODEX_HOME', '.codex'),
  };
  const full = (path: string) => {
    const [root = '', ...folders] = path.split('/');
    return roots[root] && join(roots[root], ...folders);
  };
  return Object.entries(rows)
    .map(([name, [project, user, ...traces]]) => ({
      name,
      project: join(project, 'skills'),
      user: full(`${user}/skills`),
      traces: traces.flatMap((trace) => full(trace) ?? []),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The agents of this user. Throws `usage` if there is none. */
export function installedAgents(env: Environment): readonly Agent[] {
  const found = knownAgents(env).filter(({ traces }) => traces.some(isFolder));
  if (found.length) return found;
  throw new KitwrightError('usage', 'No installed agents were found.', {
    hint: 'Name them, for example claude-code,cursor.',
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Agents by a list of names with commas. Throws `usage` for a name that is none. */
export function namedAgents(list: string, env: Environment): readonly Agent[] {
  const known = new Map(knownAgents(env).map((agent) => [agent.name, agent]));
  const names = new Set(list.split(',').map((name) => name.trim()));
  return [...names].map((name) => {
    const agent = known.get(name);
    if (agent) return agent;
    throw new KitwrightError('usage', `There is no agent ${JSON.stringify(name)}.`, {
      hint: `There are: ${[...known.keys()].join(', ')}.`,
    });
  });
}
