/** One test case. */
export interface Case {
  readonly suite: string;
  readonly name: string;
  readonly seconds: number;
  /** Why it failed; undefined if it did not. */
  readonly failure?: string;
}

/** A report in the form that CI servers read (the JUnit schema of Apache Ant): a suite for each kind of work. */
export function junitXml(cases: readonly Case[]): string {
  const suites = [...Map.groupBy(cases, ({ suite }) => suite)];
  const body = suites.map(([suite, own]) =>
    [`  <testsuite name="${escapeXml(suite)}" ${counts(own)}>`, ...own.map(caseXml), '  </testsuite>'].join('\n'),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kitwright" ${counts(cases)}>`,
    ...body,
    '</testsuites>',
    '',
  ].join('\n');
}

function counts(cases: readonly Case[]): string {
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  return `tests="${cases.length}" failures="${failures}" time="${seconds.toFixed(3)}"`;
}

function caseXml({ suite, name, seconds, failure }: Case): string {
  const head = `    <testcase classname="kitwright.${escapeXml(suite)}" name="${escapeXml(name)}" time="${seconds.toFixed(3)}"`;
  return failure === undefined ? `${head}/>` : `${head}><failure message="${escapeXml(failure)}"/></testcase>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What no XML may hold (XML 1.0, 2.2) is replaced: such a name must not make the report unreadable. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
