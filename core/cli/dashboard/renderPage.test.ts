import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { renderPage } from './renderPage.ts';
import { kitEvent } from './testing/events.ts';

const report = (directory: string) =>
  renderPage({ live: false, directory, writtenAt: 1_790_000_000_000, events: [kitEvent(1)], others: [] });

test('text from outside cannot leave the data', () => {
  const { html } = report('</script><script>alert(1)</script><!--');
  assert.ok(!html.includes('<script>alert'));
  const [, data = ''] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html) ?? [];
  assert.equal(JSON.parse(data).directory, '</script><script>alert(1)</script><!--');
});

test('only the program and the style of the page may run', () => {
  const { html, policy } = report('/project');
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [, program = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
  assert.ok(policy.includes(`script-src ${hashOf(program)}`));
  assert.ok(policy.includes(`style-src ${hashOf(style)}`));
  assert.ok(policy.startsWith("default-src 'none'"));
});

test('a report connects to nothing and names no other host', () => {
  const { html, policy } = report('/project');
  assert.ok(!policy.includes('connect-src'));
  assert.deepEqual([...html.matchAll(/(?:src|href)="(?!data:)[^"]*"/g)], []);
});
