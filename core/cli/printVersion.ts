import { version } from '@kitwright/core/version';

/** What `version` prints, with the words of `kit`. Loads no engine. */
export function printVersion(json = false): void {
  const fields = {
    Version: version,
    Commit: 'unknown',
    Built: 'unknown',
    'Go version': `none (Node ${process.version})`,
  };
  const text = json
    ? JSON.stringify({ v: 1, ...fields })
    : Object.entries(fields)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n');
  process.stdout.write(`${text}\n`);
}
