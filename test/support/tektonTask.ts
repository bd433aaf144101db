import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { commandFolder } from './commandFolder.ts';
import { type CliResult, runCli } from './runCli.ts';
import { projectRoot } from './trackedFiles.ts';

interface Named {
  readonly name: string;
}

interface TaskSpec {
  readonly params: readonly (Named & { readonly default?: string })[];
  readonly workspaces: readonly (Named & { readonly optional?: boolean })[];
  readonly results: readonly (Named & { readonly type?: string })[];
  readonly steps: readonly (Named & {
    readonly args: readonly string[];
    readonly env: readonly (Named & { readonly value: string })[];
    readonly workingDir: string;
    readonly script: string;
    readonly volumeMounts: readonly { readonly mountPath: string }[];
  })[];
}

export interface TaskRun extends CliResult {
  readonly results: Readonly<Record<string, string>>;
  /** The object that Tekton has of this run, as far as Chains reads it. */
  readonly object: object;
}

/** Has no default, and is started nowhere here. */
const image = 'registry.example.com/kitwright:0.1.0';

export const tektonFile = (name: string) => join(projectRoot, 'pipelines', 'tekton', `${name}.yaml`);

/**
 * Runs the one step of a task as Tekton's entrypoint does: variables are replaced in arguments and in the environment, the
 * script is a program of its own, results are files. Volumes are folders below `folder`.
 */
export async function runTektonTask(
  folder: string,
  name: string,
  params: Readonly<Record<string, string>>,
  workspaces: Readonly<Record<string, string>>,
): Promise<TaskRun> {
  const { spec } = parse(readFileSync(tektonFile(name), 'utf8')) as { readonly spec: TaskSpec };
  const [step = assert.fail()] = spec.steps;
  const results = join(folder, `results-${Math.random()}`);
  mkdirSync(results);
  const values: Readonly<Record<string, string>> = Object.fromEntries([
    ...spec.params.map((param) => [
      `params.${param.name}`,
      { image, ...params }[param.name] ?? param.default ?? assert.fail(param.name),
    ]),
    ...spec.workspaces.flatMap((each) => [
      [`workspaces.${each.name}.path`, workspaces[each.name] ?? (each.optional ? '' : assert.fail(each.name))],
      [`workspaces.${each.name}.bound`, String(each.name in workspaces)],
    ]),
    ...spec.results.map((result) => [`results.${result.name}.path`, join(results, result.name)]),
  ]);
  const replaced = (text: string) =>
    text.replaceAll(/\$\(([\w.-]+)\)/g, (whole, key: string) => values[key] ?? assert.fail(`Nothing is ${whole}.`));
  const mounted = (value: string) =>
    step.volumeMounts.some(({ mountPath }) => mountPath === value) ? join(folder, 'volume', value) : value;
  const script = join(results, 'script.sh');
  writeFileSync(script, step.script);
  chmodSync(script, 0o755);
  const env = Object.fromEntries(step.env.map((each) => [each.name, mounted(replaced(each.value))]));
  const said = await runCli(step.args.map(replaced), {
    cwd: resolve(replaced(step.workingDir)),
    command: script,
    env: { ...env, PATH: commandFolder(folder), HOME: folder },
  });
  const written = spec.results.flatMap((result) => {
    const path = join(results, result.name);
    return existsSync(path) ? [{ ...result, value: readFileSync(path, 'utf8') }] : [];
  });
  return {
    ...said,
    results: Object.fromEntries(written.map((result) => [result.name, result.value])),
    object: taskRun(name, spec, params, written),
  };
}

function taskRun(
  name: string,
  taskSpec: TaskSpec,
  params: Readonly<Record<string, string>>,
  results: readonly { readonly name: string; readonly type?: string; readonly value: string }[],
): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name: 'run', namespace: 'team', uid: '1' },
    spec: { params: Object.entries(params).map(([key, value]) => ({ name: key, value })), taskRef: { name } },
    status: {
      startTime: '2026-01-01T00:00:00Z',
      completionTime: '2026-01-01T00:01:00Z',
      taskSpec,
      results: results.map(({ type = 'string', value, ...result }) => ({
        name: result.name,
        type,
        value: type === 'object' ? JSON.parse(value) : value,
      })),
    },
  };
}
