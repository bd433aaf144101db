import type { Importer, ImportSource } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { checkDirectories } from './checkDirectories.ts';
import { checkNamedCommit } from './checkNamedCommit.ts';

/** What an importer gets from a command. */
export interface ImportOpening {
  readonly location: string;
  readonly revision: string | undefined;
  readonly token: string | undefined;
  /** Absolute path of the workspace. */
  readonly workspace: string;
}

/** Opens a repository with an importer, which gets the context of its plugin. Throws `remote-refused`, and what it throws. */
export async function openImport(session: Session, importer: Importer, opening: ImportOpening): Promise<ImportSource> {
  const { capabilities, contextFor } = session.kitwright();
  const context = contextFor(capabilities.pluginOf('importer', importer.id) ?? importer.id);
  const source = await importer.open({ ...opening, signal: session.signal }, context);
  checkNamedCommit(opening.revision, source.commit);
  checkDirectories(source.files);
  return source;
}
