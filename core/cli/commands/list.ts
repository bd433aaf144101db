import {
  allReferrers,
  displayRepository,
  escapeControls,
  Fields,
  goJson,
  KitwrightError,
  type LocatedKit,
  listKits,
  referrersOfKit,
} from '@kitwright/core/internal';
import type { Selection } from '@kitwright/core/internal/builds';
import type { Command } from 'commander';
import { listRemote } from '../listRemote.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { fieldWithoutCommands, isReadByCi } from '../output/ciCommands.ts';
import { formatSize } from '../output/formatSize.ts';
import { formatTable } from '../output/formatTable.ts';
import { countsJson, countsText, referrerCounts } from '../referrers/referrerViews.ts';
import { runCommand } from '../runCommand.ts';
import { listRun } from '../runs/listRun.ts';
import type { Session } from '../Session.ts';
import { parseTemplate } from '../template/parseTemplate.ts';
import { renderTemplate } from '../template/renderTemplate.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('list')
      .argument('[repository]', 'a remote repository, or a target: see "copy --help"')
      .description('List the ModelKits in the local store, or in a remote repository')
      .option('--format <format>', "'table', 'json' or a Go template", 'table')
      .option('--bytes', 'sizes as whole numbers of bytes, as kit 1.17 has them in JSON')
      .option('-f, --filter <types:names>', 'only kits that hold these elements; repeatable', repeatable, [])
      .option('--referrers', 'how many artifacts are attached to each kit, by type')
      .option('--run <name>', 'the local kits of a run of "watch", by time, with step and metrics'),
  )
    .addHelpText('after', "\nExamples:\n  kitwright list\n  kitwright list --format '{{.Repo}} {{.Tags}}'")
    .action(runCommand(list));
}

interface ListFlags {
  readonly format: string;
  readonly filter: readonly string[];
  readonly bytes?: boolean;
  readonly referrers?: boolean;
  readonly run?: string;
}

async function list(
  session: Session,
  repository: string | undefined,
  { format, filter, bytes, referrers, run }: ListFlags,
): Promise<undefined> {
  if (run !== undefined) {
    if (repository !== undefined || format !== 'table' || filter.length || bytes || referrers)
      throw new KitwrightError('usage', '--run lists local kits in a form of its own; only --json goes with it.');
    return listRun(session, run);
  }
  const selection = filter.length ? (await import('@kitwright/core/internal/builds')).parseFilters(filter) : undefined;
  const nodes = format === 'table' || format === 'json' ? undefined : parseTemplate(format);
  const kits =
    repository === undefined
      ? await listKits(session.stores(), ({ message }) => session.warn(message))
      : await listRemote(session, repository);
  const listed = kits.filter((kit) => !selection || holds(selection, kit));
  const rows = await rowsOf(session, listed, { bytes: bytes === true, referrers: referrers === true });
  if (session.options.json || format === 'json') session.output.document(json(rows));
  else if (nodes) for (const line of templated(rows, format, session.env)) session.output.document(line);
  else session.output.result(table(rows));
}

function holds(selection: Selection, { kitfile }: LocatedKit): boolean {
  const { model, code, datasets, docs, prompts, mcpServers } = kitfile;
  const any = (
    role: Parameters<Selection['selects']>[0],
    elements: readonly { name?: string; path?: string }[] | undefined,
  ) => (elements ?? []).some(({ name, path }) => selection.selects(role, name, path ?? ''));
  return (
    selection.kitfile ||
    any('model', model ? [model] : []) ||
    any('modelpart', model?.parts) ||
    any('code', code) ||
    any('dataset', datasets) ||
    any('docs', docs) ||
    any('prompt', prompts) ||
    any('mcpb', mcpServers)
  );
}

/** One kit as `kit list` shows it. */
interface Row {
  readonly repo: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly modelName: string;
  /** Sizes as text, or in bytes with --bytes. */
  readonly size: string | number;
  readonly author: string;
  /** By artifact type; undefined if they were not asked for. */
  readonly referrers: Readonly<Record<string, number>> | undefined;
}

interface RowOptions {
  readonly bytes: boolean;
  readonly referrers: boolean;
}

/** One after the other: there may be many, and each asks a registry. */
async function rowsOf(session: Session, kits: readonly LocatedKit[], options: RowOptions): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const kit of kits)
    rows.push({
      ...rowOf(kit, options.bytes),
      referrers: options.referrers ? await countsOf(session, kit) : undefined,
    });
  return rows;
}

async function countsOf(session: Session, { target, location, descriptor }: LocatedKit) {
  const search = { target, repository: location, filter: allReferrers };
  return referrerCounts(await referrersOfKit(session.kitwright(), search, descriptor));
}

const none = '<none>';

function rowOf({ repository, digest, tags, kitfile, manifest }: LocatedKit, bytes: boolean): Omit<Row, 'referrers'> {
  return {
    repo: displayRepository(repository) || none,
    digest,
    tags,
    modelName: kitfile.package?.name || none,
    size: sizeOf(
      manifest.layers.reduce((sum, { size }) => sum + size, 0),
      bytes,
    ),
    // An empty author stays empty, as in `kit`.
    author: kitfile.package?.authors?.[0] ?? none,
  };
}

function sizeOf(size: number, bytes: boolean): string | number {
  return bytes ? size : formatSize(size);
}

function json(rows: readonly Row[]): string {
  return goJson(
    rows.map(
      ({ repo, digest, tags, modelName, size, author, referrers }) =>
        new Fields([
          ['repo', repo],
          ['digest', digest],
          ['tags', tags.length ? tags : null],
          ['modelName', modelName],
          ['size', size],
          ['author', author],
          ['referrers', referrers && countsJson(referrers)],
        ]),
    ),
    '  ',
  );
}

function templated(rows: readonly Row[], template: string, env: Session['env']): readonly string[] {
  const nodes = parseTemplate(template);
  // The template may write a command for a CI system; what strangers wrote may not.
  const safe = (text: string) => (isReadByCi(env) ? fieldWithoutCommands(escapeControls(text)) : text);
  return rows.map(({ repo, tags, digest, modelName, size, author }) => {
    const text = renderTemplate(nodes, {
      Repo: repo,
      Tags: tags,
      Digest: digest,
      ModelName: safe(modelName),
      Size: String(size),
      Author: safe(author),
    });
    return text.endsWith('\n') ? text.slice(0, -1) : text;
  });
}

function table(rows: readonly Row[]): readonly string[] {
  const isAsked = rows.some(({ referrers }) => referrers);
  return formatTable([
    ['REPOSITORY', 'TAG', 'MAINTAINER', 'NAME', 'SIZE', 'DIGEST', ...(isAsked ? ['REFERRERS'] : [])],
    ...rows.flatMap((row) =>
      (row.tags.length ? row.tags : [none]).map((tag) => [
        row.repo,
        tag,
        row.author,
        row.modelName,
        String(row.size),
        row.digest,
        ...(row.referrers ? [countsText(row.referrers)] : []),
      ]),
    ),
  ]);
}
