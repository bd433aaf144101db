import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { type CliResult, nodePath, runCli } from './runCli.ts';
import { projectRoot } from './trackedFiles.ts';

/** A runner of GitHub, as an action sees it: variables and files. */
export interface GithubRunner {
  /** Folders of a job. */
  readonly workspace: string;
  readonly temp: string;
  /** Starts a job in which only the checked-out files and the tools of the machine are there. */
  readonly newJob: () => void;
  /** Runs the step with these inputs; the rest is as `action.yml` has it. */
  readonly step: (inputs: Readonly<Record<string, string>>, env?: Readonly<Record<string, string>>) => Promise<Step>;
  /** The end of the job. */
  readonly end: (env?: Readonly<Record<string, string>>) => Promise<CliResult>;
}

export interface Step extends CliResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What later steps have: what the step exported, and `PATH`. */
  readonly env: Readonly<Record<string, string>>;
}

const action = join(projectRoot, 'pipelines', 'github-action');

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, object>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post: string };
}

export const actionFile = parse(readFileSync(join(action, 'action.yml'), 'utf8')) as ActionFile;

const github = { 'github.actor': 'ann' };

const variables = {
  GITHUB_ACTIONS: 'true',
  CI: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'team/model',
  GITHUB_REPOSITORY_ID: '1',
  GITHUB_REPOSITORY_OWNER_ID: '2',
  GITHUB_WORKFLOW_REF: 'team/model/.github/workflows/train.yml@refs/heads/main',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: 'c'.repeat(40),
  GITHUB_EVENT_NAME: 'push',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '1',
  RUNNER_ENVIRONMENT: 'github-hosted',
  RUNNER_OS: 'Linux',
};

/** Makes a runner in a folder; `env` is that of each run, beside what the runner sets. */
export function createGithubRunner(folder: string, env: Readonly<Record<string, string>>): GithubRunner {
  const at = (...names: readonly string[]) => join(folder, ...names);
  const [workspace, temp] = [at('model', 'model'), at('_temp')];
  const files = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'];
  const file = (name: string) => at('_temp', '_runner_file_commands', name);
  const paths = Object.fromEntries(files.map((name) => [`GITHUB_${name}`, file(name)]));
  let state: Readonly<Record<string, string>> = {};
  const newJob = () => {
    rmSync(temp, { recursive: true, force: true });
    for (const each of [workspace, at('_temp', '_runner_file_commands'), at('_tool')])
      mkdirSync(each, { recursive: true });
    state = {};
  };
  const run = (script: string, given: Readonly<Record<string, string>>) => {
    for (const name of files) writeFileSync(file(name), '');
    const places = { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp, RUNNER_TOOL_CACHE: at('_tool'), HOME: folder };
    return runCli([join(action, script)], {
      cwd: workspace,
      command: nodePath,
      env: { ...variables, ...places, ...paths, ...env, ...given },
    });
  };
  newJob();
  return {
    workspace,
    temp,
    newJob,
    step: async (inputs, given = {}) => {
      for (const name of Object.keys(inputs)) assert.ok(name in actionFile.inputs, `There is no input ${name}.`);
      const result = await run(actionFile.runs.main, { ...inputVariables(inputs), ...given });
      state = keyValues(readFileSync(file('STATE'), 'utf8'));
      const added = readFileSync(file('PATH'), 'utf8').split('\n').filter(Boolean);
      return {
        ...result,
        outputs: keyValues(readFileSync(file('OUTPUT'), 'utf8')),
        summary: readFileSync(file('STEP_SUMMARY'), 'utf8'),
        env: { ...keyValues(readFileSync(file('ENV'), 'utf8')), PATH: [...added, '/usr/bin', '/bin'].join(delimiter) },
      };
    },
    end: (given = {}) =>
      run(actionFile.runs.post, {
        ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
        ...given,
      }),
  };
}

/** Inputs are variables, in capitals; expressions in defaults are evaluated. */
function inputVariables(inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(actionFile.inputs).map(([name, input]) => [
      `INPUT_${name.toUpperCase()}`,
      inputs[name] ??
        String(input.default).replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_, key: keyof typeof github) => github[key]),
    ]),
  );
}

/** The two forms of files that set values: `name=value`, and `name<<end`, lines, `end`. */
export function keyValues(text: string): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const [, name = '', end = ''] = /^([^=<]+)<<(.+)$/.exec(line) ?? [];
    if (name) {
      const stop = lines.indexOf(end, index + 1);
      entries.push([name, lines.slice(index + 1, stop).join('\n')]);
      index = stop;
    } else if (line.includes('=')) entries.push([line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  }
  return Object.fromEntries(entries);
}
