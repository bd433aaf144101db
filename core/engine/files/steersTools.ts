import type { BytePath } from './bytePath.ts';

/**
 * Names that programs obey, or run, when somebody works in the directory in which they lie: version control (`HEAD`
 * makes any directory a repository) and its hooks, package managers and what they installed, shells, debuggers, editors,
 * checkers, trackers of experiments, coding agents and their skills, and our own config, pins and locks.
 */
const words = [
  String.raw`HEAD|\.git|git~\d|\.gitconfig|\.gitmodules|\.hg|\.hgrc|\.svn|\.jj|\.husky|\.githooks|\.pre-commit-config\.yaml|lefthook\.ya?ml`,
  String.raw`\.(?:adal|agents?|aider-desk|bob|codeartsdoer|codebuddy|codemaker|codestudio|commandcode|cortex|devin|factory|forge|goose|hermes|iflow|kilocode|kode|mcpjam|vibe|mux|neovate|openhands|pi|pochi|qoder|rovodev|tabnine|zencoder)`,
  String.raw`\.devcontainer\.json|[^/]+\.code-workspace|\.pylintrc|pylintrc|\.?mypy\.ini|\.eslintrc(?:\.[a-z]+)?|eslint\.config\.[a-z]+|\.prettierrc(?:\.[a-z]+)?|prettier\.config\.[a-z]+`,
  String.raw`\.vscode|\.idea|\.zed|\.fleet|\.devcontainer|\.exrc|\.vimrc|\.nvim\.lua|\.nvimrc|\.dir-locals\.el|\.editorconfig`,
  String.raw`\.claude|\.cursor|\.cursorrules|\.windsurfrules|\.gemini|\.codex|\.mcp\.json|\.aider\.conf\.yml|\.windsurf|\.clinerules|\.roo|\.roorules|\.roomodes|\.kiro|\.trae|\.qwen|\.opencode|opencode\.jsonc?|\.crush|crush\.json|\.continue|\.continuerules|\.junie|\.amazonq|\.augment|\.goosehints|\.github/(?:copilot-instructions\.md|instructions|prompts|agents|workflows)|\.rules|CLAUDE(?:\.local)?\.md|AGENTS?\.md|GEMINI\.md|QWEN\.md|CRUSH\.md|WARP\.md|replit\.md|(?:jupyter|ipython)\w*_config\.(?:py|json)`,
  String.raw`\.npmrc|\.pnpmfile\.c?js|\.yarnrc(?:\.yml)?|\.yarn|\.pnp\.c?js|\.cargo|\.bundle|\.condarc|\.gemrc|\.mvn|bunfig\.toml|uv\.toml|poetry\.toml|pdm\.toml|\.pixi|node_modules|__pypackages__|\.?venv`,
  String.raw`wandb/settings|\.comet\.config|\.dvc|\.env`,
  String.raw`\.envrc|\.direnv|\.?mise\.toml|\.mise|\.tool-versions|\.ssh|\.gnupg|\.config|\.local`,
  String.raw`\.bashrc|\.bash_profile|\.bash_login|\.bash_logout|\.profile|\.zshrc|\.zshenv|\.zprofile|\.zlogin|\.inputrc|\.screenrc|\.tmux\.conf`,
  String.raw`\.pythonrc\.py|\.pdbrc(?:\.py)?|\.gdbinit|\.lldbinit|\.ipython|\.Rprofile|\.Renviron|\.RData|\.ocamlinit|\.ghci|\.iex\.exs|\.irbrc|\.pryrc|\.octaverc|startup\.m|conftest\.py|sitecustomize\.py|usercustomize\.py`,
  String.raw`kitwright\.config\.[a-z]+|kitwright-plugins\.lock|kit-lock\.json`,
];

const names = new RegExp(`(?:^|/)(?:${words.join('|')})(?:/|$)`, 'i');

/** Does a file of a kit steer the tools of whoever unpacks it: by its name, or as a program at the top? */
export function steersTools(path: BytePath, mode: number): boolean {
  return (mayMatch(path) && names.test(path)) || ((mode & 0o111) !== 0 && !path.includes('/'));
}

/** A layer may have a million names: most have nothing that one of these begins with. */
function mayMatch(path: BytePath): boolean {
  return path.startsWith('.') || path.includes('/.') || others.test(path);
}

/** What those begin or end with that have no dot in front. */
const others =
  /(?:^|\/)(?:HEAD|git~|mise|lefthook|bunfig|uv\.|poetry\.|pdm\.|node_modules|__pypackages__|venv|wandb\/|pylintrc|mypy\.|eslint\.|prettier\.|startup\.m|opencode|crush|CLAUDE|AGENT|GEMINI|QWEN|WARP|replit|jupyter|ipython)|\.code-workspace|customize\.py|conftest\.py|kitwright[.-]|kit-lock/i;
