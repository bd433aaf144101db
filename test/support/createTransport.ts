import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  authority,
  clientCertificate,
  clientKey,
  otherAuthority,
  otherKey,
} from '../../plugins/registry/testing/certificates.ts';
import { createProject } from './project.ts';
import type { CliResult } from './runCli.ts';
import { runHosted } from './runHosted.ts';

/** Settings for the network, as a user gives them. */
export interface Settings {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Settings in the user's own config file. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A kit in a local store, and files for the settings. */
export interface Transport extends Disposable {
  /** The path of one of `files`, or of the directories `certs` and `others`. */
  readonly at: (name: string) => string;
  readonly run: (settings: Settings, ...args: readonly string[]) => Promise<CliResult>;
  readonly push: (reference: string, settings: Settings) => Promise<CliResult>;
  /** Pushes the kit and unpacks it from there into another store and folder: the same files, status 0. */
  readonly roundTrip: (reference: string, settings: Settings) => Promise<void>;
}

const files = {
  'ca.pem': authority,
  'certs/ca.pem': authority,
  'other.pem': otherAuthority,
  'others/ca.pem': otherAuthority,
  'other.key': otherKey,
  'client.pem': clientCertificate,
  'client.key': clientKey,
};

const content = Buffer.alloc(300_000, 'weights ');

/** Packs a kit for tests of connections to a registry. */
export async function createTransport(): Promise<Transport> {
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'net.bin': content });
  const at = (name: string) => join(project.path, 'settings', name);
  for (const directory of ['certs', 'others']) mkdirSync(at(directory), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  const run: Transport['run'] = ({ args = [], env = {}, config = {} }, ...words) => {
    const root = resolve(project.path, words[words.indexOf('--config') + 1] ?? '');
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'config.json'), JSON.stringify(config));
    return runHosted([...words, ...args], { cwd: project.path, env: { CI: 'true', ...env } });
  };
  const push: Transport['push'] = (reference, settings) =>
    run(settings, '--config', project.home, 'push', 'net:v1', reference);
  let count = 0;
  const roundTrip: Transport['roundTrip'] = async (reference, settings) => {
    const [home, out] = [`home${count}`, `out${count}`];
    count += 1;
    const results = [
      await push(reference, settings),
      await run(settings, '--config', home, 'unpack', reference, '-d', out),
    ];
    for (const { code, stderr } of results) assert.equal(code, 0, stderr);
    assert.ok(readFileSync(join(project.path, out, 'net.bin')).equals(content));
  };
  const packed = await project.run('pack', 'project', '-t', 'net:v1');
  assert.equal(packed.code, 0, packed.stderr);
  return { at, run, push, roundTrip, [Symbol.dispose]: () => project[Symbol.dispose]() };
}
