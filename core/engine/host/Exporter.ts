import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { OpenContext } from './OpenContext.ts';

/** Writes kits in another form: a repository of a hub, a folder that an engine reads. `kitwright export --to ID`. */
export interface Exporter {
  readonly id: string;
  /**
   * Exports one kit and returns what it made, as a line each. It must be repeatable: what is there already and equal is
   * left alone.
   */
  readonly export: (request: ExportRequest, context: OpenContext) => Promise<readonly string[]>;
}

/** A kit that is exported. */
export interface ExportRequest {
  /** As the user named the kit. */
  readonly reference: string;
  readonly descriptor: Descriptor;
  readonly kitfile: Kitfile;
  /** What the user wrote after `--to ID`: the exporter knows what it means. */
  readonly destination: string;
  /** `--option name=value` */
  readonly options: Readonly<Record<string, string>>;
  /**
   * Unpacks the kit, verified, into an empty directory and gives its absolute path; it is removed after the export. Only
   * the parts that these filters choose, as in `kitwright unpack --filter`; all without any.
   */
  readonly unpack: (filters?: readonly string[]) => Promise<string>;
}
