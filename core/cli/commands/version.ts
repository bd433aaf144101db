import type { Command } from 'commander';

/** Loads nothing of the engine: `version` must start fast. */
const show = async (_options: unknown, command: Command): Promise<void> => {
  const { version } = await import('@kitwright/core/version');
  const fields = {
    Version: version,
    Commit: 'unknown',
    Built: 'unknown',
    'Go version': `none (Node ${process.version})`,
  };
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  const text = json
    ? JSON.stringify(fields)
    : Object.entries(fields)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n');
  process.stdout.write(`${text}\n`);
};

export const define = (program: Command): void => {
  program
    .command('version')
    .description('Show the version')
    .option('--show-update-notifications <boolean>', 'accepted for kit; Kitwright does not look for updates yet')
    .action(show);
};
