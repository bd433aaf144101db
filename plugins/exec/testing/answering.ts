/**
 * Source of a program that says hello and then does `body` with each message `m`; `say` sends one, with text as its
 * frame.
 */
export function answering(body: string, hello: Readonly<Record<string, unknown>> = {}): string {
  return `
const say = (message, frame = '') =>
  process.stdout.write(JSON.stringify(frame ? { ...message, bytes: frame.length } : message) + '\\n' + frame);
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const m = JSON.parse(line);
  if (m.do === 'hello') return say({ id: m.id, ok: ${JSON.stringify({ version: 1, ...hello })} });
  ${body}
});
`;
}
