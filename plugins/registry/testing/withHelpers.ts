import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Credential helpers and a Docker config for one test. */
export interface TestHelpers {
  readonly env: Readonly<Record<string, string>>;
  /** `action input` of each call. */
  readonly calls: () => readonly string[];
}

/** Puts helpers (name to shell script) and a Docker config below a folder. */
export function withHelpers(folder: string, scripts: Readonly<Record<string, string>>, config: unknown): TestHelpers {
  const [bin, docker, log] = [join(folder, 'bin'), join(folder, 'docker'), join(folder, 'calls')];
  for (const directory of [bin, docker]) mkdirSync(directory, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(bin, `docker-credential-${name}`);
    writeFileSync(path, `#!/bin/sh\nread -r input; echo "$1 $input" >> '${log}'\n${script}\n`);
    chmodSync(path, 0o755);
  }
  writeFileSync(join(docker, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return {
    env: { HOME: folder, DOCKER_CONFIG: docker, PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}
