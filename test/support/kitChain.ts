import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { createProject, type Project } from './project.ts';
import { runHosted } from './runHosted.ts';

/** A project with kits, and a second store on a machine that only gets files. */
export interface KitChain extends Project {
  /** Runs the command, which must succeed, and gives its output. */
  readonly succeed: (...args: readonly string[]) => Promise<string>;
  /** Runs the command with the store of the other machine. */
  readonly there: (...args: readonly string[]) => ReturnType<Project['run']>;
  readonly succeedThere: (...args: readonly string[]) => Promise<string>;
}

const files = {
  'base/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: base.bin}\n',
  'base/base.bin': Buffer.alloc(300_000, 'b'),
  'child/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: "team/base:v1", parts: [{path: child.bin}]}\n',
  'child/child.bin': Buffer.alloc(200_000, 'c'),
};

let made: Promise<KitChain> | undefined;
after(async () => (await made)?.[Symbol.dispose]());

/** `team/child:v1` refers to `team/base:v1`, which is signed with `cosign.key`; its signature is two referrers. */
export async function createKitChain(): Promise<KitChain> {
  // The kits are packed and signed once for each file of tests, and each test gets a copy.
  made ??= makeChain();
  const { path } = await made;
  const chain = openChain(createProject({}, env));
  cpSync(path, chain.path, { recursive: true });
  return chain;
}

const env = { COSIGN_PASSWORD: '' };

async function makeChain(): Promise<KitChain> {
  const chain = openChain(createProject(files, env));
  await chain.succeed('pack', 'project/base', '-t', 'team/base:v1');
  await chain.succeed('pack', 'project/child', '-t', 'team/child:v1');
  await chain.succeed('generate-key-pair');
  await chain.succeed('sign', 'team/base:v1', '--key', 'cosign.key');
  return chain;
}

function openChain(project: Project): KitChain {
  const there: KitChain['there'] = (...args) =>
    runHosted(['--config', join(project.path, 'there'), ...args], { cwd: project.path });
  const succeeding =
    (run: Project['run']) =>
    async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      return stdout;
    };
  return { ...project, succeed: succeeding(project.run), there, succeedThere: succeeding(there) };
}
