import { appendFileSync } from 'node:fs';
import type { KitwrightError, KitwrightEvent } from '@kitwright/core/internal';
import { formatSize } from '../output/formatSize.ts';
import type { Reporter } from './Reporter.ts';

/** For GitHub Actions: a group for the layers, annotations for errors, outputs and a summary of the kit. */
export function createGithubReporter(line: (text: string) => void, env: Environment): Reporter {
  const paths = new Map<string, string>();
  const layers: Done[] = [];
  let open = false;
  const group = (title: string) => {
    if (!open) line(`::group::${title}`);
    open = true;
  };
  const end = () => {
    if (open) line('::endgroup::');
    open = false;
  };
  return {
    around: (write) => write(),
    close: end,
    failure: (error) => {
      end();
      for (const each of [error, ...error.others]) line(annotation(each));
    },
    event: (event) => {
      if (event.type === 'plan') group(`Packing ${event.layers} layers, ${formatSize(event.bytes)}`);
      if (event.type === 'layer-start') paths.set(event.layer, event.path);
      if (event.type === 'layer-done') {
        layers.push(event);
        line(`${event.layer}: ${formatSize(event.hashed)} hashed${event.reused ? ', reused' : ''}`);
      }
      if (event.type !== 'stored') return;
      end();
      append(env['GITHUB_OUTPUT'], `digest=${event.digest}`);
      append(env['GITHUB_STEP_SUMMARY'], summary(event.digest, event.tags, layers.splice(0), paths));
    },
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

type Done = Extract<KitwrightEvent, { readonly type: 'layer-done' }>;

function annotation(error: KitwrightError): string {
  const { source } = error;
  const properties = [
    ...(source ? [`file=${escapeProperty(source.file)}`] : []),
    ...(source?.line === undefined ? [] : [`line=${source.line}`]),
    ...(source?.column === undefined ? [] : [`col=${source.column}`]),
    `title=${escapeProperty(error.code)}`,
  ];
  return `::error ${properties.join(',')}::${escapeValue(error.message)}`;
}

function escapeProperty(text: string): string {
  return escapeValue(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

/** Workflow commands end with the line; their own signs are written as percent codes. */
function escapeValue(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function append(path: string | undefined, text: string): void {
  if (path) appendFileSync(path, `${text}\n`);
}

function summary(
  digest: string,
  tags: readonly string[],
  layers: readonly Done[],
  paths: ReadonlyMap<string, string>,
): string {
  return [
    `### Packed ${tags.map(cell).join(', ') || 'a kit'}`,
    '',
    `\`${digest}\``,
    '',
    '| layer | path | size | hashed | |',
    '| --- | --- | --- | --- | --- |',
    ...layers.map(
      ({ layer, bytes, hashed, reused }) =>
        `| ${cell(layer)} | ${cell(paths.get(layer) ?? '')} | ${formatSize(bytes)} | ${formatSize(hashed)} | ${reused ? 'reused' : 'built'} |`,
    ),
  ].join('\n');
}

/** Signs that would end a cell or start something else in Markdown. */
function cell(text: string): string {
  return text.replace(/[|\\`<>\r\n]/g, ' ');
}
