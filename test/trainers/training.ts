import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createProject, type Project } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

const script = fileURLToPath(new URL('trainers.py', import.meta.url));
const python = process.env['TRAINERS'] ?? '';

/** Where `import kitwright` finds the package of this repository. */
const PYTHONPATH = fileURLToPath(new URL('../../python/src', import.meta.url));

/** A training that has ended under a watch. */
export interface Training extends Disposable {
  readonly project: Project;
  readonly stderr: string;
  /** Of its kits, in their order. */
  readonly tags: readonly string[];
}

export async function startTraining(
  name: string,
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): Promise<Training> {
  const project = trainingProject();
  const { code, stderr } = await project.run(...watchArguments(name, env, flags));
  assert.equal(code, 0, stderr);
  return { project, stderr, tags: tagsIn(stderr), [Symbol.dispose]: () => project[Symbol.dispose]() };
}

export function trainingProject(): Project {
  return createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config.json': '{}' });
}

/** `watch ... -- python trainers.py write NAME`. */
export function watchArguments(
  name: string,
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
): readonly string[] {
  const naming = ['-t', 'run', '--tag-template', 'run-{n}', '--run', 'try'];
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const command = ['env', `PYTHONPATH=${PYTHONPATH}`, ...variables, python, script, 'write', name, 'project/m'];
  return ['watch', 'project', ...naming, '--quiet', '50', ...flags, '--', ...command];
}

/** The tags of the kits that a watch told of, in their order. */
export function tagsIn(output: string): readonly string[] {
  return [...output.matchAll(/^kit \d+ .*(?:run:|-> )(run-\d+)/gm)].map(([, tag = '']) => tag);
}

/** Unpacks a kit and has the framework load its checkpoints; returns how many there are. */
export async function unpackAndCheck(project: Project, tag: string, name: string): Promise<number> {
  const unpacked = await project.run('unpack', `run:${tag}`, '-d', `out/${tag}`);
  assert.equal(unpacked.code, 0, unpacked.stderr);
  const checked = await runPython(project, 'check', name, `out/${tag}/m`);
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  return Number(checked.stdout.trim().split('\n').at(-1));
}

export function runPython(project: Project, ...args: readonly string[]): ReturnType<typeof runCli> {
  return runCli([script, ...args], { cwd: project.path, command: python, env: { PYTHONPATH } });
}
