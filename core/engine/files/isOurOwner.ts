import type { BytePath } from './bytePath.ts';
import { probeOwner } from './probeOwner.ts';

/** Has what we make in a directory this owner? Some file systems give all files one. */
export function isOurOwner(uid: number, directory: BytePath): boolean {
  return process.geteuid === undefined || uid === process.geteuid() || uid === probeOwner(directory).uid;
}
