import type { BytePath } from './bytePath.ts';

/**
 * Names that programs obey, or run, when somebody works in the directory in which they lie: version control and its
 * hooks, package managers, shells, editors, coding agents, and our own config.
 */
const names =
  /(?:^|\/)(?:\.git|\.hg|\.svn|\.jj|\.husky|\.githooks|\.vscode|\.idea|\.zed|\.devcontainer|\.claude|\.cursor|\.mcp\.json|\.npmrc|\.pnpmfile\.c?js|\.yarnrc(?:\.yml)?|\.yarn|\.pnp\.c?js|\.envrc|\.direnv|\.mise\.toml|\.bashrc|\.profile|\.pythonrc\.py|sitecustomize\.py|usercustomize\.py|kitwright\.config\.[a-z]+)(?:\/|$)/i;

/** Does a file of a kit steer the tools of whoever unpacks it: by its name, or as a program at the top? */
export function steersTools(path: BytePath, mode: number): boolean {
  return (mayMatch(path) && names.test(path)) || ((mode & 0o111) !== 0 && !path.includes('/'));
}

/** A layer may have a million names: most have nothing that one of these begins with. */
function mayMatch(path: BytePath): boolean {
  return path.startsWith('.') || path.includes('/.') || /customize\.py|kitwright\.config/i.test(path);
}
