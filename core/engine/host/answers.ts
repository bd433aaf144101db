import type { Answer, Answers, Expected } from './Answer.ts';
import type { Capabilities } from './capabilities.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';

const text: Expected = { what: 'a text', fits: isText };
const yesOrNo: Expected = { what: 'true or false', fits: (value) => typeof value === 'boolean' };
const method: Expected = { what: 'a function', fits: (value) => typeof value === 'function' };
const array: Expected = { what: 'an array', fits: Array.isArray };
const texts: Expected = {
  what: 'an array of texts',
  fits: (value) => Array.isArray(value) && value.every(isText),
};
const stream: Expected = {
  what: 'an async iterable, as an async generator function gives it',
  fits: (value) => isObject(value) && Symbol.asyncIterator in value,
};
const evidence: Expected = {
  what: 'an array of evidence, at least one { artifactType, blobs }',
  fits: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one: unknown) => isObject(one) && 'blobs' in one && Array.isArray(one.blobs)),
};

const orNothing = (expected: Expected): Expected => ({
  what: `${expected.what}, or undefined`,
  fits: (value) => value === undefined || expected.fits(value),
});

function object(parts: Readonly<Record<string, Expected>>): Expected {
  return { what: `{ ${Object.keys(parts).join(', ')} }`, fits: isObject, parts };
}

const now = (gives: Expected, opened?: Answers): Answer => ({ gives, isAsync: false, ...(opened ? { opened } : {}) });
const promised = (gives: Expected, opened?: Answers): Answer => ({ ...now(gives, opened), isAsync: true });

const descriptor: Expected = {
  what: 'a descriptor { mediaType, digest, size }',
  fits: (value) => isObject(value) && 'digest' in value && isText(value.digest),
};

const target: Answers = {
  fetch: now(stream),
  exists: promised(yesOrNo),
  resolve: promised(orNothing(descriptor)),
  tags: now(stream),
  names: now(texts),
  locate: now(orNothing(array)),
  pushEarly: now(orNothing({ what: 'an upload', fits: isObject })),
  mount: promised(yesOrNo),
  referrers: now(stream),
  findTags: promised(texts),
  swapTag: promised(yesOrNo),
};
const targetMethods = object({ name: text, fetch: method, exists: method, resolve: method, push: method, tag: method });

const verifier: Answers = { reads: now(yesOrNo), verify: promised(array) };
const verifierMethods = object({ reads: method, verify: method });

/** What the methods of each kind of capability must give; of those that are not named here anything is taken. */
export const answers: Readonly<Partial<Record<keyof Capabilities, Answers>>> = {
  layerType: {
    collect: now(object({ files: array })),
    recipe: now(array),
    reads: now(yesOrNo),
    unpack: now(stream),
    describe: promised(texts),
    diff: promised(texts),
  },
  readiness: { matches: now(yesOrNo), recognises: now(yesOrNo) },
  checkpoint: { matches: now(yesOrNo) },
  target: { open: now(object({ target: targetMethods, repository: text, references: texts }), target) },
  importer: {
    matches: now(yesOrNo),
    repositoryOf: now(text),
    open: promised(object({ repository: text, uri: text, files: array, read: method, fetch: method })),
  },
  remoteData: { fetch: now(stream) },
  scanner: { matches: now(yesOrNo), scan: now(array) },
  signer: {
    open: promised(object({ sign: method, own: verifierMethods }), {
      sign: promised(evidence),
      own: { holds: verifier },
    }),
  },
  verifier: { open: promised(verifierMethods, verifier) },
  reporter: { open: now(object({ event: method })) },
  executor: { open: now(object({ hash: method })) },
  exporter: { export: promised(texts) },
};
