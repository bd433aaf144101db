import { dirname } from 'node:path';
import { KitwrightError, namesDirectory, shellWord, trustsAll } from '@kitwright/core/internal';
import type { ConfigFile } from '../config/ConfigFile.ts';
import { askToConfirm } from '../output/askToConfirm.ts';
import type { Session } from '../Session.ts';
import { installationOwner } from './installationOwner.ts';
import { isTrustedFile, trustFile } from './trustedFiles.ts';
import { trustRoot } from './trustRoot.ts';

/**
 * Returns only if the user trusts the code of a config; on a terminal it asks. `runs` is the end of a sentence about
 * the config. Throws `config-untrusted`.
 */
export async function requireTrust(session: Session, file: ConfigFile, runs: string): Promise<void> {
  if (isTrusted(session, file)) return;
  const root = trustRoot(session);
  const question = `${file.path} ${runs}. Do you trust who wrote it?`;
  if (root !== undefined && (await askToConfirm(session, question, false))) return await trustFile(root, file);
  const folder = dirname(file.path);
  throw new KitwrightError('config-untrusted', `The config ${runs}, and its directory is not trusted.`, {
    source: { file: file.path },
    hint: `If you trust who wrote it: "kitwright trust ${shellWord(folder)}", --trust, or KITWRIGHT_TRUST=${shellWord(folder)}.`,
  });
}

/** May the code of this config run without asking? */
export function isTrusted(session: Session, file: ConfigFile): boolean {
  const folder = dirname(file.path);
  return (
    session.options.trust ||
    trustsAll(session.env) ||
    namesDirectory(session.env, folder) ||
    installationOwner(folder) !== undefined ||
    isTrustedFile(trustRoot(session), file)
  );
}
