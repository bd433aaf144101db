import type { Exporter, OpenContext } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';
import type { Files } from '../suite/files.ts';

/** Makes an exporter, and an empty place to which it exports, for one case. */
export type MakeExporter = (context: TestContext) => MadeExporter | Promise<MadeExporter>;

/** An exporter and its destination. Where all requests go by `context.through`, faults are tested too. */
export interface MadeExporter extends Disposable {
  readonly exporter: Exporter;
  readonly destination: string;
  readonly options?: Readonly<Record<string, string>>;
  /** The context that it gets, if it needs more variables than that of the maker has. */
  readonly context?: OpenContext;
  /** What is in the kit; files of many kinds by default. */
  readonly files?: Files;
  /** The files that are at the destination now: those of the kit must be among them, by their paths. */
  readonly exported: () => Files | Promise<Files>;
  /** Something that is another each time when anything is written: times of files, a number of commits. */
  readonly state?: () => unknown;
  /** Changes a file at the destination, as somebody else does. */
  readonly damage?: (path: string) => void | Promise<void>;
  /** Destinations that are none. */
  readonly notDestinations?: readonly string[];
}
