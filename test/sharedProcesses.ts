import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Most of what a small file of tests takes is the start of a process and the loading of what it imports. So files that
 * leave their process as it was share some: each of the programs that are made here imports many. Returns what to run:
 * these programs, and the other files.
 */
export function sharedProcesses(root: string, files: readonly string[], count: number): readonly string[] {
  const shared = files.filter((path) => mayShare(path, readFileSync(join(root, path), 'utf8')));
  const folder = join(root, '.cache', 'shared');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const programs = Array.from({ length: count }, (_, at) => {
    const program = join(folder, `${at}.test.mjs`);
    const lines = shared
      .filter((__, i) => i % count === at)
      .map((path) => `import '${pathToFileURL(join(root, path))}';\n`);
    writeFileSync(program, lines.join(''));
    return program;
  });
  const together = new Set(shared);
  return [...programs, ...files.filter((path) => !together.has(path))];
}

/** What there is once in a process, or is measured of it: the suites of the testkit look at memory and at what is left open. */
const ofProcess =
  /\bprocess\.(?:chdir|cpuUsage|emit|exit|exitCode|getActiveResourcesInfo|memoryUsage|off|on|once|resourceUsage|stderr|stdout|umask)\b|\/proc\/self|\bglobal(?:This)?\.|\bmock\.|\b(?:before|after)Each\(|\btest(?!Context\b)[A-Z]\w*\(/;

/** To read the environment changes nothing. */
const setsEnvironment =
  /\bprocess\.env(?:\[[^\]]*\]|\.\w+)\s*(?:\?\?|\|\|)?=(?!=)|\bdelete process\.env|\(process\.env,/;

/** Suites that take long, or look at processes, have one of their own. */
const rooms = /^(?:core[/\\](?!testkit)|plugins[/\\]|pipelines[/\\]|test[/\\](?:cli|sigstore|structure)[/\\])/;

function mayShare(path: string, text: string): boolean {
  return rooms.test(path) && !ofProcess.test(text) && !setsEnvironment.test(text);
}
