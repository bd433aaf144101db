import { compiledPeers, installedPeers } from './everyPeer.ts';

// Gets the peers that are named, one after the other: `run.ts` starts some of these programs side by side.
const peers = { ...compiledPeers, ...installedPeers };
for (const name of process.argv.slice(2)) peers[name]?.();
