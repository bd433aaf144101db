import type { Kitwright } from '../host/createKitwright.ts';

/** Messages that are remembered. */
const maxSaid = 1000;

/** Each look makes a plan that warns of the same things: passes each message on once. */
export function sayOnce(kitwright: Kitwright): Kitwright {
  const said = new Set<string>();
  return {
    ...kitwright,
    diagnostic: (diagnostic) => {
      if (said.has(diagnostic.message)) return;
      if (said.size === maxSaid) said.clear();
      said.add(diagnostic.message);
      kitwright.diagnostic(diagnostic);
    },
  };
}
