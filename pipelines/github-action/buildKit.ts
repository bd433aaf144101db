import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveState, warning } from '@actions/core';
import { runnerTemp } from './dataFolder.ts';
import type { Inputs } from './readInputs.ts';
import { type Answer, KitwrightFailure, type RunKitwright } from './runKitwright.ts';
import { workflowProvenance } from './workflowProvenance.ts';

export interface BuiltKit {
  readonly digest: string;
  /** `registry/repository@sha256:...` */
  readonly ref: string;
  readonly repository: string;
  readonly tags: readonly string[];
  /** Did a tag name another kit before, or none? */
  readonly changed: boolean;
  readonly layers: readonly Layer[];
}

export interface Layer {
  readonly id: string;
  readonly path: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** Packs, signs and pushes. What is signed is pushed before the tags: nobody sees an unsigned kit under them. */
export async function buildKit(run: RunKitwright, inputs: Inputs): Promise<BuiltKit> {
  const { repository, tags } = parseTag(inputs.tag);
  const names = tags.map((tag) => `${repository}:${tag}`);
  const [name = ''] = names;
  await logIn(run, repository, inputs);
  const before: (string | undefined)[] = [];
  for (const each of names) before.push(await digestOf(run, each, inputs.push));
  const packed = await run(packArguments(`${repository}:${tags.join(',')}`, inputs));
  const digest = textOf(packed, 'digest');
  const signing = [
    '--yes',
    ...flag('--signing-config', inputs.signingConfig),
    ...flag('--trusted-root', inputs.trustedRoot),
  ];
  if (inputs.sign) await run(['sign', `store:${name}`, ...signing]);
  if (inputs.attest) await run(['attest', `store:${name}`, ...(await provenanceFlags()), ...signing]);
  if (inputs.push) await run(['push', name, `${repository}:${tags.join(',')}`]);
  return {
    digest,
    ref: `${repository}@${digest}`,
    repository,
    tags,
    changed: before.some((one) => one !== digest),
    layers: layersOf(packed),
  };
}

/** Splits `registry/repository:tag1,tag2`; kitwright checks the parts. */
function parseTag(text: string): Pick<BuiltKit, 'repository' | 'tags'> {
  const [, repository = text, tags = 'latest'] = /^(.*[^/]):([^/:@]+)$/.exec(text) ?? [];
  if (repository.includes('@')) throw new Error('The input tag names a digest; a kit that is packed gets tags.');
  return { repository, tags: tags.split(',') };
}

/** Logs in where a password was given; it is not on the command line, which others may read. */
async function logIn(run: RunKitwright, repository: string, { username, password }: Inputs): Promise<void> {
  if (password === '') return;
  const [host = ''] = repository.split('/');
  // The end of the job logs out.
  saveState('host', host);
  await run(['login', host, ...flag('--username', username), '--password-stdin'], { stdin: password });
}

function flag(name: string, value: string): readonly string[] {
  return value === '' ? [] : [name, value];
}

/** The digest behind a name, where it is to be after this. Undefined if there is none, or if it cannot be told. */
async function digestOf(run: RunKitwright, name: string, isRemote: boolean): Promise<string | undefined> {
  try {
    return textOf(await run(['inspect', ...(isRemote ? ['--remote'] : []), name]), 'digest');
  } catch (error) {
    if (!(error instanceof KitwrightFailure)) throw error;
    // Registries refuse to say that a repository is not there yet.
    if (error.code !== 'kit-not-found') warning(`What ${name} was before is not known. ${error.message}`);
    return undefined;
  }
}

/** Where a kit is pushed its files stay where they are: they are not copied into the store. */
function packArguments(tag: string, { directory, file, push }: Inputs): readonly string[] {
  return ['pack', directory, '--tag', tag, ...flag('--file', file), ...(push ? ['--capture', 'reference'] : [])];
}

async function provenanceFlags(): Promise<readonly string[]> {
  const path = join(runnerTemp(), 'kitwright-provenance.json');
  await writeFile(path, JSON.stringify(workflowProvenance(process.env)));
  return ['--predicate', path, '--type', 'slsaprovenance1'];
}

function textOf(answer: Answer, name: string): string {
  const value = answer[name];
  if (typeof value === 'string') return value;
  throw new Error(`This version of kitwright does not say the ${name} of a kit.`);
}

function layersOf({ layers }: Answer): readonly Layer[] {
  return Array.isArray(layers) ? (layers as readonly Layer[]) : [];
}
