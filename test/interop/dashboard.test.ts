import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

const executablePath = process.env['CHROMIUM'];
const skip = executablePath ? false : 'chromium is not here';

let browser: Browser | undefined;

before(async () => {
  if (!executablePath) return;
  // A root user has no sandbox of Chromium; nothing but our own pages is opened.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
  browser = await chromium.launch({ executablePath, args });
});
after(() => browser?.close());

interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** Errors of the page, and its requests to other hosts. */
  readonly complaints: readonly string[];
}

const open = async (url: string, options: BrowserContextOptions = {}): Promise<Opened> => {
  const context = await (browser ?? assert.fail('no browser')).newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol !== 'data:' && asked.origin !== new URL(url).origin) complaints.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
};

const kitfile = 'manifestVersion: 1.0.0\ncode: [{path: c}]\nmodel: {path: m}\n';
const projectFiles = { Kitfile: kitfile, 'c/a.py': '1', 'm/loss.json': '{"step": 10, "loss": 0.5}' };
const write = (project: Project, name: string, content: string) =>
  writeFileSync(join(project.path, 'project', name), content);
const rows = (page: Page) => page.locator('#timeline tbody tr');

/** `kitwright watch --ui`, and where its page is. Stopping it stops the page. */
const startWatch = async (
  project: Project,
): Promise<{ readonly url: string; readonly stop: () => Promise<unknown> }> => {
  const metrics = ['--metrics', 'm/loss.json'];
  const args = [cliPath, '--config', project.home, '--json', 'watch', 'project', '-t', 'run', '--ui', ...metrics];
  const child = spawn(nodePath, args, { cwd: project.path, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = new Promise((resolve) => child.on('close', resolve));
  for await (const line of createInterface(child.stderr)) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+\/\w+\//.exec(line) ?? [];
    if (!url) continue;
    child.stderr.resume();
    const stop = () => {
      child.kill('SIGINT');
      return closed;
    };
    return { url, stop };
  }
  return assert.fail('The watch ended without a page.');
};

test('kits, metrics and waiting files appear while the watch runs', { skip }, async () => {
  using project = createProject(projectFiles);
  const { url, stop } = await startWatch(project);
  {
    await using opened = await open(url);
    const { page, complaints } = opened;
    await rows(page).first().waitFor();
    write(project, 'm/loss.json', '{"step": 20, "loss": 0.25}');
    await rows(page).nth(1).waitFor();
    assert.match(await rows(page).first().innerText(), /m rebuilt/);
    assert.match(await rows(page).first().innerText(), /1 reused/);
    await page.locator('#metrics figure', { hasText: 'loss' }).locator('canvas').waitFor();
    assert.match(await page.locator('#difference').innerText(), /loss\s+-0\.25\s+0\.5\s+0\.25/);
    write(project, 'm/half.safetensors', 'xx');
    await page.locator('#waiting', { hasText: 'm/half.safetensors' }).waitFor();
    assert.match(await page.locator('#state').innerText(), /^Watching/);
    await stop();
    await page.locator('#state', { hasText: 'The watch has ended.' }).waitFor();
    // The only expected error is the connection that the end of the watch cuts.
    assert.deepEqual(
      complaints.filter((text) => !/ERR_(?:CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING)/.test(text)),
      [],
    );
  }
});

test('a page that is opened later has the earlier events, of earlier watches too', { skip }, async () => {
  using project = createProject(projectFiles);
  const first = await startWatch(project);
  {
    await using opened = await open(first.url);
    await rows(opened.page).first().waitFor();
  }
  await first.stop();
  write(project, 'c/a.py', '22');
  const second = await startWatch(project);
  await using opened = await open(second.url);
  await rows(opened.page).nth(1).waitFor();
  await second.stop();
});

/** A report of two watches with a kit each; the second has a file with a hostile name. */
const makeReport = async (project: Project): Promise<string> => {
  for (const name of ['b.py', '<img src=x onerror=alert(1)>\u202e.py']) {
    const script = `require('fs').writeFileSync(${JSON.stringify(`project/c/${name}`)}, 'x')`;
    // No quiet time is that long: the kit of the end is the only one, however slow the machine is.
    const rest = ['--quiet', '3600000'];
    const watched = await project.run('watch', 'project', '-t', 'run', ...rest, '--', process.execPath, '-e', script);
    assert.equal(watched.code, 0, watched.stderr);
  }
  const written = await project.run('report', 'project', '-o', 'report.html');
  assert.equal(written.code, 0, written.stderr);
  return pathToFileURL(join(project.path, 'report.html')).href;
};

test('a report is one file: it works offline, and names of files are text', { skip }, async () => {
  using project = createProject(projectFiles);
  const url = await makeReport(project);
  await using opened = await open(url, { offline: true });
  const { page, complaints } = opened;
  assert.equal(await rows(page).count(), 2);
  assert.match(await page.locator('#difference').innerText(), /<img src=x onerror=alert\(1\)>\\u202e\.py/);
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(complaints, []);
});

test('kits are chosen with the keyboard', { skip }, async () => {
  using project = createProject(projectFiles);
  await using opened = await open(await makeReport(project));
  const { page } = opened;
  assert.match(await page.locator('#difference').innerText(), /From kit 1 to kit 2/);
  await page.getByLabel('compare to kit 2').focus();
  await page.keyboard.press('ArrowDown');
  assert.match(await page.locator('#difference').innerText(), /From kit 1 to kit 1/);
  assert.equal(await page.locator(':focus').getAttribute('aria-label'), 'compare to kit 1');
});

test('it fits 400 pixels, and follows light and dark', { skip }, async () => {
  using project = createProject(projectFiles);
  const url = await makeReport(project);
  const backgrounds: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await using opened = await open(url, { colorScheme, viewport: { width: 400, height: 800 } });
    const { page } = opened;
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 400);
    backgrounds.push(String(await page.evaluate('getComputedStyle(document.body).backgroundColor')));
  }
  assert.deepEqual(backgrounds, ['rgb(255, 255, 255)', 'rgb(20, 23, 28)']);
});

test('the run, the best kit and a command that unpacks it are there; names of metrics order the plots', {
  skip,
}, async () => {
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/a': '1' });
  for (const [step, loss] of [
    [10, 0.5],
    [20, 0.25],
    [30, 0.75],
  ]) {
    const state = JSON.stringify({ global_step: step, log_history: [{ eval_runtime: 3, eval_loss: loss, step }] });
    const at = `project/m/checkpoint-${step}`;
    const script = `fs.mkdirSync('${at}'); fs.writeFileSync('${at}/trainer_state.json', '${state}')`;
    const flags = ['-t', 'run', '--tag-template', 'run-{step}', '--run', 'try', '--quiet', '3600000'];
    const watched = await project.run('watch', 'project', ...flags, '--', process.execPath, '-e', script);
    assert.equal(watched.code, 0, watched.stderr);
  }
  assert.equal((await project.run('report', 'project', '-o', 'report.html')).code, 0);
  await using opened = await open(pathToFileURL(join(project.path, 'report.html')).href);
  const { page, complaints } = opened;
  assert.match(await page.locator('#run').innerText(), /Run try\s+Command\s+.*trainer_state\.json/);
  const best = rows(page).filter({ hasText: 'best' });
  assert.deepEqual([await best.count(), /\brun-20\b/.test(await best.innerText())], [1, true]);
  assert.equal(await best.locator('button').getAttribute('title'), 'kitwright unpack run:run-20 -d run-run-20');
  assert.match(await page.locator('#metrics figure').first().innerText(), /eval_loss\s+best 0\.25 at step 20/);
  assert.match(await page.locator('#layers tbody').innerText(), /kit \d+, /);
  assert.deepEqual(complaints, []);
});

test('a port for the page is taken; one that cannot be is an error', async () => {
  using project = createProject(projectFiles);
  for (const port of ['0', '70000', 'x']) {
    const { code, stderr } = await project.run('watch', 'project', '--ui-port', port, '--', 'true');
    assert.equal(code, 2);
    assert.match(stderr, /--ui-port needs a port from 1 to 65535/);
  }
});
