#!/usr/bin/env node
// Plain JavaScript that any Node understands: it must be able to say that this Node is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const supported = (major === 22 && minor >= 22) || (major === 24 && minor >= 15) || major >= 26;

/** The `node` package, where it is installed beside us (development, monorepos). */
const newerNode = () => {
  try {
    const path = fileURLToPath(
      new URL('bin/node', `file://${createRequire(import.meta.url).resolve('node/package.json')}`),
    );
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
};

const rerun = (node) => {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) =>
    process.exit(signal ? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0) : (code ?? 1)),
  );
};

if (supported) {
  module.enableCompileCache?.();
  const { main } = await import('../dist/main.js');
  await main();
} else {
  const node = newerNode();
  if (node) rerun(node);
  else {
    process.stderr.write(`[ERROR] kitwright needs Node ^22.22.2 || ^24.15 || >=26; this is ${process.version}.\n`);
    process.exitCode = 2;
  }
}
