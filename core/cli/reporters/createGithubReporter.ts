import { appendFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { KitwrightError, KitwrightEvent } from '@kitwright/core/internal';
import { formatSize } from '../output/formatSize.ts';
import type { Reporter } from './Reporter.ts';

/**
 * For GitHub Actions: a group and a summary for each kit, annotations for errors, and at the end the outputs `digest`
 * (if there is one kit) and `digests`, an object in JSON of each name and its digest.
 */
export function createGithubReporter(line: (text: string) => void, env: Environment): Reporter {
  const group = createGroup(line);
  const digests = new Map<string, string>();
  let paths = new Map<string, string>();
  let layers: Done[] = [];
  return {
    around: (write) => write(),
    close: () => {
      group.end();
      append(env['GITHUB_OUTPUT'], outputs(digests));
    },
    failure: (error) => {
      group.end();
      for (const each of [error, ...error.others]) line(annotation(each, env['GITHUB_WORKSPACE']));
    },
    event: (event) => {
      if (event.type === 'plan') {
        [paths, layers] = [new Map(), []];
        group.begin(`Packing ${event.layers} layers, ${formatSize(event.bytes)}`);
      }
      if (event.type === 'layer-start') paths.set(event.layer, event.path);
      if (event.type === 'layer-done') {
        layers.push(event);
        line(`${event.layer}: ${formatSize(event.hashed)} hashed${event.reused ? ', reused' : ''}`);
      }
      if (event.type !== 'stored') return;
      group.end();
      for (const name of event.names.length ? event.names : ['']) digests.set(name, event.digest);
      append(env['GITHUB_STEP_SUMMARY'], summary(event, layers, paths));
    },
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

type Done = Extract<KitwrightEvent, { readonly type: 'layer-done' }>;

type Stored = Extract<KitwrightEvent, { readonly type: 'stored' }>;

/** Groups do not nest. */
function createGroup(line: (text: string) => void) {
  let open = false;
  return {
    begin: (title: string): void => {
      if (!open) line(`::group::${title}`);
      open = true;
    },
    end: (): void => {
      if (open) line('::endgroup::');
      open = false;
    },
  };
}

function outputs(digests: ReadonlyMap<string, string>): string {
  const [first, ...others] = new Set(digests.values());
  if (first === undefined) return '';
  const named = [...digests].filter(([name]) => name !== '');
  return [...(others.length ? [] : [`digest=${first}`]), `digests=${JSON.stringify(Object.fromEntries(named))}`].join(
    '\n',
  );
}

function annotation(error: KitwrightError, workspace: string | undefined): string {
  const { source } = error;
  const properties = [
    ...(source ? [`file=${escapeProperty(inWorkspace(source.file, workspace))}`] : []),
    ...(source?.line === undefined ? [] : [`line=${source.line}`]),
    ...(source?.column === undefined ? [] : [`col=${source.column}`]),
    `title=${escapeProperty(error.code)}`,
  ];
  return `::error ${properties.join(',')}::${escapeValue(error.message)}`;
}

/** Annotations name files by their path in the repository. */
function inWorkspace(file: string, workspace: string | undefined): string {
  const path = workspace ? relative(workspace, resolve(file)) : file;
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}

function escapeProperty(text: string): string {
  return escapeValue(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/** Workflow commands end with the line; their special characters are percent-encoded. */
function escapeValue(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function append(path: string | undefined, text: string): void {
  if (path && text) appendFileSync(path, `${text}\n`);
}

function summary({ digest, names }: Stored, layers: readonly Done[], paths: ReadonlyMap<string, string>): string {
  return [
    `### Packed ${names.map(cell).join(', ') || 'a kit'}`,
    '',
    `\`${digest}\``,
    '',
    '| layer | path | size | hashed | |',
    '| --- | --- | --- | --- | --- |',
    ...layers.map(
      ({ layer, bytes, hashed, reused }) =>
        `| ${cell(layer)} | ${cell(paths.get(layer) ?? '')} | ${formatSize(bytes)} | ${formatSize(hashed)} | ${reused ? 'reused' : 'built'} |`,
    ),
    '',
  ].join('\n');
}

/** Characters that would end a cell or have a meaning in Markdown. */
function cell(text: string): string {
  return text.replace(/[|\\`<>\r\n]/g, ' ');
}
