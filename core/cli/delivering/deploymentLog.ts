import { closeSync, constants, lstatSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemError } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { isOwn } from '../trust/isOwn.ts';
import type { Delivered } from './deliver.ts';

/** What came into a pod, by whom it was signed, and when: one line of a log. */
export interface DeploymentEntry {
  readonly reference: string;
  readonly digest: string;
  readonly signer: string | null;
  /** RFC 3339. */
  readonly time: string;
  /** `namespace/name`, as far as the pod is told (`POD_NAMESPACE`, `POD_NAME`); else the name of the machine. */
  readonly pod: string;
  readonly path: string;
}

export function deploymentEntry({ env }: Session, delivered: Delivered, path: string): DeploymentEntry {
  const { reference, digest, signers } = delivered;
  const pod = [env['POD_NAMESPACE'], env['POD_NAME'] || hostname()].filter(Boolean).join('/');
  return { reference, digest, signer: signers?.join(', ') ?? null, time: new Date().toISOString(), pod, path };
}

/** What a container says at its end, for the status of its pod. */
const termination = '/dev/termination-log';

/**
 * Adds a line to the file that `DEPLOYMENT_LOG` names, and to what Kubernetes shows of a container that has ended. Throws
 * `file-unreadable`: a deployment that must be logged and is not has failed.
 */
export function logDeployment({ env }: Session, entry: DeploymentEntry): void {
  const line = `${JSON.stringify(entry)}\n`;
  const path = env['DEPLOYMENT_LOG'];
  try {
    if (path) append(path, line);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'write', path ?? '');
  }
  try {
    if (lstatSync(termination, { throwIfNoEntry: false })?.isFile()) writeFileSync(termination, line, { flag: 'a' });
  } catch {
    // It is a courtesy.
  }
}

/**
 * The log may lie in a volume where others write: neither a link nor a pipe of theirs leads the line elsewhere, or holds us.
 * A link of our own, such as `/dev/stdout`, is followed.
 */
function append(path: string, line: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const isLink = stats?.isSymbolicLink() === true && isOwn(stats.uid);
  const flags = isLink ? 0 : (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | flags, 0o644);
  try {
    writeSync(fd, line);
  } finally {
    closeSync(fd);
  }
}
