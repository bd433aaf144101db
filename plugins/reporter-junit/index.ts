import { resolve } from 'node:path';
import { atomicWrite, definePlugin, type KitwrightEvent, type Plugin } from '@kitwright/core/plugin';
import { type Case, junitXml } from './junitXml.ts';

/** Where the report goes. */
export interface JunitOptions {
  /** `kitwright-junit.xml` in the current directory by default. */
  readonly file?: string;
}

/** `--progress junit`: each layer that is packed, copied or unpacked is a test case of a JUnit report, and the failure. */
export default function reporterJunit({ file = 'kitwright-junit.xml' }: JunitOptions = {}): Plugin {
  return definePlugin({
    name: '@kitwright/reporter-junit',
    apiVersion: 1,
    apply({ register }) {
      register('reporter', {
        id: 'junit',
        open: ({ line }) => {
          const cases: Case[] = [];
          const open = createClock();
          return {
            event: (event) => {
              const found = open(event);
              if (found) cases.push(found);
            },
            failure: ({ code, message }) => cases.push({ suite: 'command', name: code, seconds: 0, failure: message }),
            close: () => {
              atomicWrite(resolve(file), junitXml(cases));
              line(`Wrote ${file}: ${cases.length} cases.`);
            },
          };
        },
      });
    },
  });
}

const suites: Readonly<Record<string, string>> = { layer: 'pack', copy: 'copy', unpack: 'unpack' };

/** Turns the end of what began into a case, with the time that it took. */
function createClock(): (event: KitwrightEvent) => Case | undefined {
  const begun = new Map<string, { readonly at: number; readonly name: string }>();
  return (event) => {
    const [, kind = '', phase] = /^(layer|copy|unpack)-(start|done)$/.exec(event.type) ?? [];
    if (!phase || !('layer' in event)) return undefined;
    const key = `${kind} ${event.layer}`;
    if (phase === 'start') {
      const name = 'path' in event && event.path ? event.path : event.layer;
      begun.set(key, { at: performance.now(), name });
      return undefined;
    }
    const { at, name } = begun.get(key) ?? { at: performance.now(), name: event.layer };
    return { suite: suites[kind] ?? kind, name, seconds: (performance.now() - at) / 1000 };
  };
}
