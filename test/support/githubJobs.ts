import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createGithubRunner, type GithubRunner, type Step } from './githubRunner.ts';
import { startPackageRegistry } from './startPackageRegistry.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A job with a small kit in its workspace. */
export interface GithubJob extends GithubRunner, Disposable {
  readonly folder: string;
  readonly write: (name: string, content: string | Uint8Array) => void;
}

/**
 * Starts a registry of npm with our packages, and makes jobs that install from there. They share the tools of a machine,
 * since an installation takes a while, but those with `ownTools`.
 */
export async function startGithubJobs() {
  const packages = await startPackageRegistry();
  const tools = temporaryFolder();
  const path = process.env['PATH'] ?? '';
  const createJob = (env: Readonly<Record<string, string>> = {}, ownTools = false): GithubJob => {
    const folder = temporaryFolder();
    const npm = { npm_config_registry: packages.url, npm_config_cache: join(tools.path, 'npm'), PATH: path };
    const shared = ownTools ? {} : { RUNNER_TOOL_CACHE: tools.path };
    const runner = createGithubRunner(folder.path, { ...npm, ...shared, ...env });
    const write = (name: string, content: string | Uint8Array) => {
      const at = join(runner.workspace, name);
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, content);
    };
    write('Kitfile', 'manifestVersion: 1.0.0\npackage: {name: net}\nmodel: {path: net.bin}\n');
    write('net.bin', 'weights');
    return { ...runner, folder: folder.path, write, [Symbol.dispose]: () => folder[Symbol.dispose]() };
  };
  const dispose = async () => {
    tools[Symbol.dispose]();
    await packages[Symbol.asyncDispose]();
  };
  return { packages, createJob, [Symbol.asyncDispose]: dispose };
}

/** A step that succeeded. */
export function done(step: Step): Step {
  assert.equal(step.code, 0, step.stdout + step.stderr);
  return step;
}
