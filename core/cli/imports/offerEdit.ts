import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KitwrightError } from '@kitwright/core';
import type { Session } from '../Session.ts';

const editorOf = ({ env }: Session): string =>
  env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'nano');

const failed = (editor: string, cause?: unknown): KitwrightError =>
  new KitwrightError('usage', `The editor ${JSON.stringify(editor)} could not be run.`, {
    cause,
    hint: 'Set EDITOR, or pass a Kitfile with --file.',
  });

/** The editor may be a command with arguments, as everywhere: the shell takes it apart, the path is passed beside. */
const edit = (session: Session, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-edit-'));
  try {
    const [path, editor] = [join(folder, 'Kitfile'), editorOf(session)];
    writeFileSync(path, text, { mode: 0o600 });
    const { status, error } =
      process.platform === 'win32'
        ? spawnSync(editor, [path], { stdio: 'inherit' })
        : spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', path], { stdio: 'inherit' });
    if (error || status !== 0) throw failed(editor, error);
    return readFileSync(path, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** On a terminal, asks whether the generated Kitfile is to be edited, and gives what it became. */
export const offerEdit = async (session: Session, text: string): Promise<string> => {
  if (process.stdin.isTTY !== true || !session.output.stderrIsTerminal || session.env['CI']) return text;
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({
    message: 'Edit the Kitfile before packing?',
    initialValue: false,
    output: process.stderr,
  });
  if (isCancel(answer)) throw new KitwrightError('cancelled', 'Cancelled.');
  return answer ? edit(session, text) : text;
};
