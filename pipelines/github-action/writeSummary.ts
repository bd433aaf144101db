import { summary } from '@actions/core';
import type { BuiltKit } from './buildKit.ts';
import type { Inputs } from './readInputs.ts';

/** Shows the kit on the page of the run. Runners without such pages get none. */
export async function writeSummary(kit: BuiltKit, inputs: Inputs): Promise<void> {
  if (!process.env['GITHUB_STEP_SUMMARY']) return;
  await summary.addRaw(summaryText(kit, inputs)).write();
}

/** HTML, so that no name is taken for Markdown. */
export function summaryText(kit: BuiltKit, { push, sign, attest }: Inputs): string {
  const rows = [
    ['Kit', kit.ref],
    ['Tags', kit.tags.join(', ')],
    ['Changed', kit.changed ? 'yes' : 'no'],
    [
      'Done',
      ['packed', ...(sign ? ['signed'] : []), ...(attest ? ['attested'] : []), ...(push ? ['pushed'] : [])].join(', '),
    ],
  ];
  const layers = kit.layers.map(({ id, path, digest, size }) => [id, path, String(size), digest]);
  return [
    '<h3>ModelKit</h3>',
    table(rows),
    table([['Layer', 'Path', 'Bytes', 'Digest'], ...layers.slice(0, mostLayers)]),
    layers.length > mostLayers ? `<p>and ${layers.length - mostLayers} more layers</p>` : '',
    push ? `<pre>kitwright unpack ${escaped(kit.ref)} -d model</pre>` : '',
    '',
  ].join('\n');
}

/** A summary may have 1 MiB. */
const mostLayers = 200;

function table(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) => row.map((cell) => `<td>${escaped(cell)}</td>`).join('');
  return `<table>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</table>`;
}

/** Text in HTML, in one line and no longer than a reader wants it. */
function escaped(text: string): string {
  const short = text.length > 300 ? `${text.slice(0, 300)}...` : text;
  return short.replaceAll(/[&<>"'\p{Cc}\p{Cf}]/gu, (character) => `&#${character.codePointAt(0)};`);
}
