import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject, type Project } from '../support/project.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: c}]\n', 'c/a.py': '1' };
const watchOnce = (project: Project) => project.run('watch', 'project', '-t', 'run', '--', process.execPath, '-e', '');

test('a report is a page with the events of the watches of a directory', async () => {
  using project = createProject(files);
  assert.equal((await watchOnce(project)).code, 0);
  const { stdout, code } = await project.run('report', 'project', '-o', 'out.html');
  assert.deepEqual([stdout, code], ['Wrote out.html, with 1 kit\n', 0]);
  const page = readFileSync(join(project.path, 'out.html'), 'utf8');
  const [, data = ''] = /<script type="application\/json" id="data">([^<]*)</.exec(page) ?? [];
  const types = (JSON.parse(data) as { events: readonly { type: string }[] }).events.map(({ type }) => type);
  assert.deepEqual(types, ['start', 'kit', 'end']);
});

test('the page can be written to stdout, and --json names its file', async () => {
  using project = createProject(files);
  await watchOnce(project);
  const streamed = await project.run('report', 'project', '-o', '-');
  assert.match(streamed.stdout, /^<!doctype html>[\s\S]*<\/html>\n$/);
  const told = await project.run('--json', 'report', 'project', '-o', 'out.html');
  assert.deepEqual(JSON.parse(told.stdout), { v: 1, path: join(project.path, 'out.html'), kits: 1 });
});

test('without a watch, or if it cannot be written, a report is an error with the reason', async () => {
  using project = createProject(files);
  const empty = await project.run('report', 'project');
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /No watch of .*project is on record\.[\s\S]*kitwright watch/);
  await watchOnce(project);
  const nowhere = await project.run('report', 'project', '-o', 'missing/out.html');
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.stderr, /Cannot write .*out\.html/);
});
