import type { Kitwright } from '../host/createKitwright.ts';

/** How many messages are remembered. */
const maxSaid = 1000;

/** Passes each message on once, because the plan of every look gives the same warnings. */
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
