import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { ownPackages, type PublishedPackage } from '../support/publishedPackages.ts';
import { projectRoot } from '../support/trackedFiles.ts';

for (const { name, folder, manifest } of ownPackages()) {
  const links = linksIn(readFileSync(join(folder, 'README.md'), 'utf8'));

  test(`the links of the README of ${name} work on the page of the package: they are absolute, or anchors`, () =>
    assert.deepEqual(
      links.filter((link) => !/^(?:https:\/\/|#)/.test(link)),
      [],
    ));

  test(`the links of the README of ${name} into the repository name files that exist`, () => {
    const files = links.flatMap((link) => fileOf(link, manifest));
    assert.deepEqual(
      files.filter((file) => !existsSync(join(projectRoot, file))),
      [],
    );
  });

  test(`${name} names its folder in the repository`, () =>
    assert.equal(manifest.repository?.directory, relative(projectRoot, folder)));
}

/** The targets of links: `[text](target)` and `[name]: target`. */
function linksIn(markdown: string): readonly string[] {
  const text = markdown.replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/\]\(([^)\s]*)[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm)].map(
    ([, inline, named]) => inline ?? named ?? '',
  );
}

/** The path of a file to which a link into the repository leads, from the root; none for other links. */
function fileOf(link: string, { repository }: PublishedPackage['manifest']): readonly string[] {
  const root = `${(repository?.url ?? '').replace(/^git\+|\.git$/g, '')}/`;
  if (!link.startsWith(root)) return [];
  return [
    link
      .slice(root.length)
      .replace(/#.*$/, '')
      .replace(/^(?:blob|tree)\/main\//, ''),
  ];
}
