import { kitfileSchema } from '@kitwright/core';
import type { Command } from 'commander';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

const kitfile = async (session: Session): Promise<undefined> => {
  session.output.result(JSON.stringify(kitfileSchema(), undefined, 2));
};

export const define = (program: Command): void => {
  const schema = program.command('schema').description('Print JSON Schemas, for editors and checks');
  schema
    .command('kitfile')
    .description('the schema of Kitfiles')
    .addHelpText(
      'after',
      '\nExample:\n  kitwright schema kitfile > kitfile.schema.json\n  # then, as the first line of a Kitfile:\n  # yaml-language-server: $schema=./kitfile.schema.json',
    )
    .action(runCommand(kitfile));
};
