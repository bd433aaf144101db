import { join } from 'node:path';

/** Flags of podman and buildah for a store of their own below a folder. */
export function containerStore(folder: string): readonly string[] {
  return ['--root', join(folder, 'containers'), '--runroot', join(folder, 'containers-run')];
}

/** Flags of `podman run`: no network, and no limits above those of whoever runs it. */
export const containerLimits: readonly string[] = [
  '--rm',
  '--pull=never',
  '--network=none',
  '--ulimit=nofile=1024:1024',
  '--ulimit=nproc=200:200',
];
