import { relative } from 'node:path';
import type { PluginChoice } from './PluginChoice.ts';

/** What is there, and what comes next. */
export function nextSteps({ folder, packageName, capability, language }: PluginChoice): string {
  const place = relative(process.cwd(), folder);
  const steps = [...(place === '' ? [] : [`cd ${quoted(place)}`]), 'npm install', 'npm test'];
  return [
    `Created ${packageName} (${capability}, ${language === 'typescript' ? 'TypeScript' : 'JavaScript'}) in ${folder}`,
    '',
    ...steps.map((step) => `  ${step}`),
    '',
    'README.md there says how to try it in a project, and how to publish it.',
  ].join('\n');
}

/** As a shell takes it, whatever it is called: within double quotes `$(...)` would run. */
function quoted(path: string): string {
  if (/^[\w./@][\w./@-]*$/.test(path)) return path;
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
}
