import tab from '@bomb.sh/tab/commander';
import { displayRepository, openStores, readTargets } from '@kitwright/core';
import type { Command } from 'commander';

/** Commands whose arguments name kits of the local stores. */
const takingKits = ['unpack', 'push', 'inspect', 'info', 'diff', 'tag', 'remove', 'copy'];

const localKits = (): readonly string[] =>
  readTargets(openStores(undefined)).flatMap((target) =>
    target
      .list()
      .flatMap(({ repository, tag }) => (tag === undefined ? [] : [`${displayRepository(repository)}:${tag}`])),
  );

/** Adds `completion SHELL`, and the hidden `complete` that the shells call. All other commands must be there. */
export const define = (program: Command): void => {
  const completion = tab(program, { completionCommandName: 'completion' });
  for (const name of takingKits) {
    const command = completion.commands.get(name);
    for (const [argument, given] of command?.arguments ?? []) {
      if (argument === 'directory') continue;
      command?.argument(
        argument,
        (complete) => {
          for (const kit of localKits()) complete(kit, '');
        },
        given.variadic,
      );
    }
  }
};
