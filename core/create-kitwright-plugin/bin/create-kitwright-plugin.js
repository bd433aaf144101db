#!/usr/bin/env node
// Plain JavaScript for any Node: it must be able to say that this Node is too old.
const [major, minor] = process.versions.node.split('.').map(Number);
if ((major === 22 && minor >= 22) || (major === 24 && minor >= 15) || major >= 26) {
  const { main } = await import('#main');
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error(`Kitwright needs Node 22.22, 24.15, 26 or newer; this is ${process.versions.node}.`);
  process.exitCode = 1;
}
