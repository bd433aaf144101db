import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createKitwright, type Diagnostic, type KitwrightOptions } from '@kitwright/core';
import { definePlugin, type HostCredential, type Target } from '@kitwright/core/plugin';
import { exec } from '../index.ts';

export interface ProgramOptions extends Pick<KitwrightOptions, 'signal' | 'wait'> {
  /** Source of `kitwright-target-test`, for the Node that runs the tests. */
  readonly source?: string;
  /** A folder of programs instead. */
  readonly programs?: string;
  /** `NAME/LOCATION[:TAG]`; of the program `test` by default. */
  readonly location?: string;
  readonly credentials?: (host: string) => Promise<HostCredential | undefined>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface OpenProgram extends AsyncDisposable {
  readonly folder: string;
  readonly target: Target;
  readonly diagnostics: readonly Diagnostic[];
}

/** Opens a target at a program, without retries. */
export function openAtProgram(options: ProgramOptions): OpenProgram {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  const { programs = folder, location = 'test/place', credentials = async () => undefined } = options;
  if (options.source !== undefined) {
    // Whatever the folders above say, this is CommonJS.
    writeFileSync(join(folder, 'package.json'), '{}');
    const file = join(folder, 'kitwright-target-test');
    writeFileSync(file, `#!${process.execPath}\n${options.source}`);
    chmodSync(file, 0o755);
  }
  const diagnostics: Diagnostic[] = [];
  const surroundings = definePlugin({
    name: 'surroundings',
    apiVersion: 1,
    apply({ register, hooks }) {
      register('network', { id: 'test', fetch, credentials });
      hooks.diagnostic.tap((diagnostic) => void diagnostics.push(diagnostic));
    },
  });
  const kitwright = createKitwright({
    plugins: [exec(options.wait ? { wait: options.wait } : {}), surroundings],
    env: { ...process.env, ...options.env, PATH: [programs, process.env['PATH']].join(delimiter) },
    home: folder,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const { target } = kitwright.capabilities
    .get('target', 'exec')
    .open(location.replace('FOLDER', folder), 'push', kitwright.contextFor('@kitwright/exec'));
  return {
    folder,
    target,
    diagnostics,
    [Symbol.asyncDispose]: async () => {
      await kitwright.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
