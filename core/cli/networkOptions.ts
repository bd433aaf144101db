import { type Command, Option } from 'commander';

/** `kit`'s flags for registries. They are accepted everywhere where `kit` has them; local work needs none of them. */
export const networkOptions = (command: Command): Command =>
  [
    new Option('--plain-http'),
    new Option('--tls-verify [boolean]'),
    new Option('--tls-cert <file...>'),
    new Option('--cert <file>'),
    new Option('--key <file>'),
    new Option('--concurrency <number>'),
    new Option('--proxy <url>'),
  ].reduce((with_, option) => with_.addOption(option.hideHelp()), command);
