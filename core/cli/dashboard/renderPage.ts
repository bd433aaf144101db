import { createHash } from 'node:crypto';
import { packagedFile } from '../executable/packagedFile.ts';
import type { PageData } from './PageData.ts';

/** A page, and what a browser may do with it. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

/**
 * One self-contained document: only its own program and style may run, and only a live page may connect, to its own
 * server. Source: Content Security Policy Level 3, sections 6.1 and 6.7.
 */
export function renderPage(data: PageData): Page {
  const [program, style] = [inline(bundled('page.js')), bundled('page.css')];
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(program)}`,
    `style-src ${hashOf(style)}`,
    ...(data.live ? ["connect-src 'self'"] : []),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Kitwright</title>
<style>${style}</style>
</head>
<body>
<noscript>This page needs JavaScript, which it brings along: it asks no other host.</noscript>
<main id="page"></main>
<script type="application/json" id="data">${embedded(data)}</script>
<script>${program}</script>
</body>
</html>
`;
  return { html, policy };
}

/** `</script` inside a string of the program would end it. */
function inline(program: string): string {
  return program.replaceAll('</script', '<\\/script');
}

function bundled(name: string): string {
  return Buffer.from(packagedFile(`dist/dashboard/${name}`)).toString();
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** JSON that cannot end the element that holds it. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
