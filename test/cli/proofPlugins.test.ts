import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { projectRoot } from '../support/trackedFiles.ts';

/** A project of a user with one of our plugins that are not among the defaults, as it is published. */
function createWith(plugin: string, options: unknown, files: Readonly<Record<string, string | Uint8Array>>) {
  const project = createProject(files);
  const path = join(projectRoot, 'plugins', plugin, 'dist/index.js');
  addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [[path, options]] }) });
  return project;
}

const succeed = async (project: Project, ...args: readonly string[]) => {
  const { code, stderr, stdout } = await project.run(...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return { stderr, stdout };
};

const small = { Kitfile: 'manifestVersion: 1.0.0\npackage: {name: net, license: MIT}\ncode: [{path: a}]\n', a: 'text' };

/** A safetensors file with one tensor of one number. */
function weights(name: string, value: number): Buffer {
  const header = Buffer.from(JSON.stringify({ [name]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }));
  const [length, data] = [Buffer.alloc(8), Buffer.alloc(4)];
  length.writeBigUInt64LE(BigInt(header.length));
  data.writeFloatLE(value);
  return Buffer.concat([length, header, data]);
}

test('license-gate refuses, and the kit gets no name', async () => {
  using project = createWith('license-gate', { allow: ['Apache-2.0'] }, small);
  const { code, stderr } = await project.run('pack', 'project', '-t', 'm:v1');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /license-not-allowed: The licence MIT of the package is not allowed\.\n {2}hint: Allowed are: Apache-2\.0/,
  );
  assert.doesNotMatch((await project.run('list')).stdout, /v1/);
});

test('notify tells a webhook once, and what fails there is a warning without the address', async () => {
  const bodies: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    using project = createWith(
      'notify',
      { url: `http://127.0.0.1:${port}/hooks/SECRET`, on: ['stored', 'pushed'] },
      small,
    );
    await succeed(project, 'pack', 'project', '-t', 'm:v1');
    const { stderr } = await succeed(project, 'push', 'm:v1', 'oci:./layout:v1');
    assert.doesNotMatch(stderr, /WARN/);
    const told = bodies.map((body) => JSON.parse(body) as Record<string, unknown>);
    assert.deepEqual(
      told.map(({ event, name, tags }) => [event, name, tags]),
      [
        ['stored', 'net', []],
        ['pushed', 'net', ['v1']],
      ],
    );
    assert.match(String(told[1]?.['text']), /^kitwright: pushed sha256:[a-f0-9]{64} net v1$/);
    status = 500;
    const failed = await succeed(project, 'push', 'm:v1', 'oci:./other:v1');
    assert.match(failed.stderr, /WARN.*The webhook at 127\.0\.0\.1:\d+ answered 500/);
    assert.doesNotMatch(failed.stderr, /SECRET/);
    assert.equal(bodies.length, 3);
  } finally {
    server.close();
  }
});

test('reporter-junit writes what was done, and what failed', async () => {
  using project = createWith('reporter-junit', { file: 'report.xml' }, small);
  const report = () => readFileSync(join(project.path, 'report.xml'), 'utf8');
  await succeed(project, '--progress', 'junit', 'pack', 'project', '-t', 'm:v1');
  assert.match(report(), /<testcase classname="kitwright.pack" name="a" time="\d+\.\d{3}"\/>/);
  await project.run('--progress', 'junit', 'unpack', 'nothing:v1');
  assert.match(report(), /failures="1".*name="kit-not-found"/s);
});

test('layer-safetensors shows tensors in inspect, info and diff, and unpacks to the same bytes', async () => {
  const Kitfile = 'manifestVersion: 1.0.0\nmodel: {path: m.safetensors}\ncode: [{path: a}]\n';
  using project = createWith('layer-safetensors', {}, { Kitfile, a: 'text', 'm.safetensors': weights('w', 1) });
  await succeed(project, 'pack', 'project', '-t', 'm:v1');
  project.write({ 'm.safetensors': weights('w', 2) });
  await succeed(project, 'pack', 'project', '-t', 'm:v2');
  const inspected = JSON.parse((await succeed(project, 'inspect', 'm:v1')).stdout) as { readonly layers: unknown };
  assert.deepEqual(inspected.layers, [
    { layer: 'model m.safetensors', lines: ['1 tensors, 1 parameters', 'w F32 [1]'] },
  ]);
  assert.match(
    (await succeed(project, 'info', 'm:v1')).stdout,
    /# model m\.safetensors\n# {3}1 tensors, 1 parameters\n/,
  );
  assert.match(
    (await succeed(project, 'diff', 'm:v1', 'm:v2')).stdout,
    /0 of 1 tensors are equal\n {2}~ w F32 \[1\] changed/,
  );
  await succeed(project, 'unpack', 'm:v1', '-d', 'out');
  assert.deepEqual(readFileSync(join(project.path, 'out/m.safetensors')), weights('w', 1));
});
