import { type Alias, type Document, isAlias, isMap, isPair, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Mistake } from './mistakesError.ts';

/** The nodes to which aliases refer, and the mistakes in aliases. */
export interface AliasLinks {
  readonly targetOf: (alias: Alias) => ParsedNode | undefined;
  readonly mistakes: readonly Mistake[];
}

/**
 * Links each alias to the last anchor of its name above it. As in go-yaml v3, mistakes are an alias without an anchor,
 * an alias inside its own anchor, and aliases that expand too far. The time is linear in the length of the text.
 */
export function linkAliases(document: Document.Parsed): AliasLinks {
  const linking: Linking = { anchors: new Map(), targets: new Map(), mistakes: [] };
  const { all, aliased, text } = weigh(linking, document.contents);
  const isTooLong = aliased > 0 && text > maxText;
  if (isTooLong || (aliased > 100 && all > 1000 && aliased / all > allowedShare(all)))
    linking.mistakes.push({ message: 'The Kitfile expands too far through its aliases.', offset: 0 });
  return { targetOf: (alias) => linking.targets.get(alias), mistakes: linking.mistakes };
}

/**
 * How many characters a Kitfile may have after its aliases are expanded; more does not fit into the config of a kit.
 */
const maxText = 4 * 1024 * 1024;

interface Linking {
  readonly anchors: Map<string, Anchor>;
  readonly targets: Map<Alias, ParsedNode>;
  readonly mistakes: Mistake[];
}

interface Anchor {
  readonly node: ParsedNode;
  /** Undefined while the node is being read, so an alias to it would be inside it. */
  weight?: Weight;
}

/** What a node expands to: nodes, nodes that come from an alias, and characters. */
interface Weight {
  readonly all: number;
  readonly aliased: number;
  readonly text: number;
}

function weigh(linking: Linking, node: unknown): Weight {
  if (isAlias(node)) return weighAlias(linking, node);
  const anchor = nameAnchor(linking, node);
  const weights = childrenOf(node).map((child) => weigh(linking, child));
  const weight = {
    all: weights.reduce((sum, { all }) => sum + all, isPair(node) ? 0 : 1),
    aliased: weights.reduce((sum, { aliased }) => sum + aliased, 0),
    text: weights.reduce((sum, { text }) => sum + text, isScalar(node) ? (node.source?.length ?? 0) : 0),
  };
  if (anchor) anchor.weight = weight;
  return weight;
}

function nameAnchor(linking: Linking, node: unknown): Anchor | undefined {
  if (!(isScalar(node) || isMap(node) || isSeq(node)) || node.anchor === undefined) return undefined;
  const anchor: Anchor = { node: node as ParsedNode };
  linking.anchors.set(node.anchor, anchor);
  return anchor;
}

function childrenOf(node: unknown): readonly unknown[] {
  if (isPair(node)) return [node.key, node.value];
  return isMap(node) || isSeq(node) ? node.items : [];
}

function weighAlias({ anchors, targets, mistakes }: Linking, alias: Alias): Weight {
  const anchor = anchors.get(alias.source);
  const name = JSON.stringify(alias.source);
  const why = anchor ? `The anchor ${name} holds itself.` : `There is no anchor ${name} above this alias.`;
  if (!anchor?.weight) {
    mistakes.push({ message: why, offset: alias.range?.[0] ?? -1 });
    return { all: 1, aliased: 0, text: 0 };
  }
  targets.set(alias, anchor.node);
  return { all: 1 + anchor.weight.all, aliased: anchor.weight.all, text: anchor.weight.text };
}

/** The ratio of go-yaml's decoder: aliases may make nearly all of a small document, but only a tenth of a huge one. */
function allowedShare(all: number): number {
  const [few, many] = [400_000, 4_000_000];
  if (all <= few) return 0.99;
  return all >= many ? 0.1 : 0.99 - 0.89 * ((all - few) / (many - few));
}
