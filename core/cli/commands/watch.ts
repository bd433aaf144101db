import type { Command } from 'commander';

export const define = (program: Command): void => {
  void program;
};
