// What KServe does with a ModelKit, without a cluster: the storage initializer runs as in a pod, and the registry is on this
// machine.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startRegistry } from '@kitwright/testkit';

const cli = fileURLToPath(new URL('../../core/cli/bin/kitwright.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kitwright-kserve-'));
const env = { ...process.env, KITWRIGHT_HOME: join(folder, 'home'), KITWRIGHT_PLAIN_HTTP: '1' };
await using registry = await startRegistry();
const model = `${registry.host}/team/net:v1`;
try {
  writeProject();
  await kitwright('pack', 'net', '--tag', model, '--push');
  const objects = await kitwright(
    'kubernetes',
    model,
    '--for',
    'kserve',
    '--image',
    'registry.example.com/kitwright-init:0.1.0',
  );
  const [, uri = ''] = /storageUri: (\S+)/.exec(objects) ?? [];
  await kitwright('storage-initializer', uri, 'models');
  console.log(`In models: ${readdirSync(join(folder, 'models')).join(' ')}`);
} finally {
  rmSync(folder, { recursive: true });
}

function writeProject(): void {
  mkdirSync(join(folder, 'net'));
  writeFileSync(join(folder, 'net', 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: net.onnx, format: onnx}\n');
  writeFileSync(join(folder, 'net', 'net.onnx'), 'weights');
}

async function kitwright(...args: readonly string[]): Promise<string> {
  console.log(`$ kitwright ${args.join(' ')}`);
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], { cwd: folder, env });
  console.log(stdout);
  return stdout;
}
