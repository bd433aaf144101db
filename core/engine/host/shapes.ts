import { KitwrightError } from '../errors/KitwrightError.ts';
import { nearWords } from '../errors/nearWords.ts';
import type { Capabilities } from './capabilities.ts';

/** The methods that a capability of each kind must have. */
export type Shapes = Readonly<Record<string, readonly string[]>>;

export const shapes: Readonly<Record<keyof Capabilities, readonly string[]>> = {
  layerType: ['collect', 'recipe'],
  compressor: [],
  readiness: ['matches', 'check'],
  checkpoint: ['matches', 'check'],
  target: ['open'],
  importer: ['matches', 'repositoryOf', 'open'],
  remoteData: ['check', 'fetch'],
  scanner: ['matches', 'scan'],
  network: ['fetch', 'credentials'],
  signer: ['open'],
  verifier: ['open'],
  reporter: ['open'],
  executor: ['open'],
  exporter: ['export'],
};

/** The texts that they must have besides the id. */
const texts: Shapes = { layerType: ['format'], compressor: ['suffix', 'module'] };

/** Throws `plugin-invalid` for a kind that there is not, or a capability without an id or a method that it needs. */
export function checkCapability(
  plugin: string,
  kind: string,
  capability: unknown,
  known: ReadonlyMap<string, readonly string[]>,
): void {
  const methods = known.get(kind);
  if (!methods) throw unknownKind(plugin, kind, [...known.keys()]);
  if (typeof capability !== 'object' || capability === null)
    throw invalid(`The plugin ${plugin} registers a ${kind} that is no object.`);
  const of = (name: string): unknown => Reflect.get(capability, name);
  const id = of('id');
  if (typeof id !== 'string' || id === '') throw invalid(`The plugin ${plugin} registers a ${kind} without an id.`);
  if (kind === 'target' && !/^[a-z][a-z0-9-]*$/.test(id))
    throw invalid(
      `The plugin ${plugin} registers the target ${JSON.stringify(id)}, which nobody could write before a colon: its id must be lower case letters, digits and hyphens.`,
    );
  for (const [wanted, names] of [
    ['function', methods],
    ['string', texts[kind] ?? []],
  ] as const)
    for (const name of names)
      if (typeof of(name) !== wanted)
        throw invalid(
          `The plugin ${plugin} registers the ${kind} ${JSON.stringify(id)} without the ${wanted} "${name}".`,
        );
}

function unknownKind(plugin: string, kind: string, known: readonly string[]): KitwrightError {
  const near = nearWords(kind, known);
  const message = `The plugin ${plugin} registers the unknown kind ${JSON.stringify(kind)}; there are: ${known.join(', ')}.`;
  return new KitwrightError(
    'plugin-invalid',
    message,
    near.length ? { hint: `Did you mean ${near.join(' or ')}?` } : {},
  );
}

function invalid(message: string): KitwrightError {
  return new KitwrightError('plugin-invalid', message);
}
