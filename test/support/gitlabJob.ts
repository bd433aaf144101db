import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { commandFolder } from './commandFolder.ts';
import { keyValues } from './githubRunner.ts';
import { type CliResult, runCli } from './runCli.ts';
import { projectRoot } from './trackedFiles.ts';

export const gitlabTemplate = join(projectRoot, 'pipelines', 'gitlab', 'modelkit.yml');

interface Template {
  readonly spec: { readonly inputs: Readonly<Record<string, { readonly default: unknown }>> };
}

interface Job {
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
}

export interface EndedJob extends CliResult {
  /** What later jobs get. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Runs the script of the template as a runner does: in one shell, in the checked-out project. */
export async function runGitlabJob(
  folder: string,
  project: string,
  inputs: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<EndedJob> {
  const [template, jobs] = parseAllDocuments(readFileSync(gitlabTemplate, 'utf8')).map((document) => document.toJS());
  const { spec } = template as Template;
  const [job = assert.fail()] = Object.values(jobs as Readonly<Record<string, Job>>);
  for (const name of Object.keys(inputs)) assert.ok(name in spec.inputs, name);
  const given = { CI_PROJECT_DIR: project, ...variables };
  const expanded = (text: string) =>
    text
      .replaceAll(
        /\$\[\[ inputs\.([\w-]+) \]\]/g,
        (_, name: string) => inputs[name] ?? String(spec.inputs[name]?.default),
      )
      .replaceAll(/\$(CI_\w+)/g, (_, name: keyof typeof given) => given[name] ?? '');
  const own = Object.fromEntries(Object.entries(job.variables).map(([name, value]) => [name, expanded(value)]));
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch, { recursive: true });
  const said = await runCli(['-c', job.script.join('\n')], {
    cwd: project,
    command: 'sh',
    env: { ...given, ...own, PATH: commandFolder(folder), HOME: folder, TMPDIR: scratch },
  });
  const report = join(project, 'kit.env');
  return { ...said, variables: existsSync(report) ? keyValues(readFileSync(report, 'utf8')) : {} };
}
