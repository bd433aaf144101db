import { kitfileSchema } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  const schema = program.command('schema').description('Print JSON Schemas for editors and validators');
  schema
    .command('kitfile')
    .description('the schema of Kitfiles')
    .addHelpText(
      'after',
      '\nExample:\n  kitwright schema kitfile > kitfile.schema.json\n  # then, as the first line of a Kitfile:\n  # yaml-language-server: $schema=./kitfile.schema.json',
    )
    .action(runCommand(kitfile));
  schema.command('config').description('the schema of kitwright.config.json').action(runCommand(config));
}

async function kitfile(session: Session): Promise<undefined> {
  session.output.document(JSON.stringify(kitfileSchema(), undefined, 2));
}

async function config(session: Session): Promise<undefined> {
  const { configJsonSchema } = await import('../config/schema.ts');
  session.output.document(JSON.stringify(configJsonSchema(), undefined, 2));
}
