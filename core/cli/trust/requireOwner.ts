import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { KitwrightError, namesDirectory, shellWord } from '@kitwright/core/internal';
import type { ConfigFile } from '../config/ConfigFile.ts';
import type { Session } from '../Session.ts';
import { installationOwner } from './installationOwner.ts';
import { isOwn } from './isOwn.ts';
import { isTrustedFile } from './trustedFiles.ts';
import { trustRoot } from './trustRoot.ts';

/**
 * Refuses a config of another user, unless the user has named the directory or the running program is installed in it.
 * `--trust` alone is not enough, because it does not name the directory. Throws `config-untrusted`.
 */
export function requireOwner(session: Session, file: ConfigFile, owners: readonly number[]): void {
  const other = owners.find((uid) => !isOwn(uid));
  if (other === undefined) return;
  const folder = dirname(file.path);
  if (namesDirectory(session.env, folder) || isTrustedFile(trustRoot(session), file)) return;
  const installer = installationOwner(folder);
  if (owners.every((uid) => isOwn(uid) || uid === installer)) return;
  throw new KitwrightError('config-untrusted', `The config, or its directory, belongs to another user (${other}).`, {
    data: { owner: other },
    source: { file: file.path },
    hint: `If you trust that user: "kitwright trust ${shellWord(folder)}", or KITWRIGHT_TRUST=${shellWord(folder)}.`,
  });
}

/** The id of the user to whom a file or directory belongs. */
export function ownerOf(path: string): number {
  return statSync(path).uid;
}
