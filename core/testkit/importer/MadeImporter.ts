import type { Importer } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';
import type { Files } from '../suite/files.ts';

/** Makes an importer, and what it imports, for one case. */
export type MakeImporter = (context: TestContext) => MadeImporter | Promise<MadeImporter>;

/** An importer, and a repository in its system. Where all requests go by `context.through`, faults are tested too. */
export interface MadeImporter extends Disposable {
  readonly importer: Importer;
  readonly location: string;
  /** What is imported from there; some should have many bytes. */
  readonly files: Files;
  readonly revision?: string;
  /** May be `context.secret`, and is then looked for in all that can be read. */
  readonly token?: string;
  /** A location of this system at which there is nothing. */
  readonly missing?: string;
  /** Locations that are for other importers. */
  readonly others?: readonly string[];
  /** From now on the system gives other bytes for this file. */
  readonly damage?: (path: string) => void | Promise<void>;
  /** Moves the branch to another commit, with these files. */
  readonly move?: (files: Files) => void | Promise<void>;
  /** Makes a repository that has a file of this name, and gives its location; undefined if the system cannot have it. */
  readonly hostile?: (path: string) => string | undefined | Promise<string | undefined>;
}
