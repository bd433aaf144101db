import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText, KitwrightError, privateScratch, withSafePath } from '@kitwright/core/internal';
import { askToConfirm } from '../output/askToConfirm.ts';
import type { Session } from '../Session.ts';

/** On a terminal, asks whether to edit the generated Kitfile, and returns the result. */
export async function offerEdit(session: Session, text: string): Promise<string> {
  return (await askToConfirm(session, 'Edit the Kitfile before packing?', false)) ? edit(session, text) : text;
}

/**
 * The editor may be a command with arguments, as in other tools: the shell splits it, the path is a separate argument.
 */
function edit(session: Session, text: string): string {
  using folder = privateScratch('edit', session.env);
  const [path, editor] = [join(folder.path, 'Kitfile'), editorOf(session)];
  writeFileSync(path, text, { mode: 0o600 });
  // Nothing is started from the current directory: Windows looks for programs there, but for those in `folder`.
  const env = withSafePath(session.env);
  const { status, error } =
    process.platform === 'win32'
      ? spawnSync(editor, [path], { stdio: 'inherit', env, cwd: folder.path })
      : spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', path], { stdio: 'inherit', env });
  if (error || status !== 0) throw failed(editor, error);
  return decodeText(readFileSync(path), 'the edited Kitfile', 'kitfile-invalid');
}

function editorOf({ env }: Session): string {
  return env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'nano');
}

function failed(editor: string, cause?: unknown): KitwrightError {
  return new KitwrightError('usage', `The editor ${JSON.stringify(editor)} could not be run.`, {
    cause,
    hint: 'Set EDITOR, or pass a Kitfile with --file.',
  });
}
