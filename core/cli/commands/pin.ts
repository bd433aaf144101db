import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { pinFor } from '../pins/pinFor.ts';
import { type Pin, type Pins, pinsFile, readPins, remembered, writePins } from '../pins/readPins.ts';
import { requireMet } from '../policy/acceptKits.ts';
import { checkPolicy } from '../policy/checkPolicy.ts';
import { nameOf } from '../policy/nameOf.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { offeredKit } from '../signing/showPolicy.ts';

export function define(program: Command): void {
  networkOptions(
    program
      .command('pin')
      .argument('<reference...>', '[registry/]repository:tag, or a target: see "copy --help"')
      .description(`Write into ${pinsFile} what names mean now; unpack, pull and copy refuse another kit under them`),
  )
    .addHelpText('after', '\nExample:\n  kitwright pin registry.example.com/team/model:v1 && git add kit-lock.json')
    .action(runCommand(pin));
}

async function pin(session: Session, texts: readonly string[]): Promise<undefined> {
  let pins: Pins = readPins();
  const lines: string[] = [];
  for (const text of texts) {
    const kit = await offeredKit(session, text);
    const results = await checkPolicy(session, kit);
    requireMet(kit, results);
    const signers = [...new Set(results.flatMap(({ proofs }) => proofs.map(({ signer }) => signer)))].sort();
    const [name, old] = pinFor(pins, kit);
    pins = { ...pins, [name]: renewed(old, kit.root.digest, signers) };
    lines.push(lineOf(nameOf(kit), old, kit.root.digest));
  }
  writePins(pins);
  session.output.answer({ json: { file: pinsFile, kits: pins }, text: lines });
}

function renewed(old: Pin | undefined, digest: string, signers: readonly string[]): Pin {
  if (!old) return { digest, signers, previous: [] };
  if (old.digest === digest) return { ...old, signers };
  const previous = [old.digest, ...old.previous.filter((each) => each !== old.digest)].slice(0, remembered);
  return { digest, signers, previous };
}

function lineOf(name: string, old: Pin | undefined, digest: string): string {
  if (!old) return `Pinned ${name} to ${digest}`;
  if (old.digest === digest) return `${name} is still ${digest}`;
  return `${name} moved ${old.previous.includes(digest) ? 'back ' : ''}from ${old.digest} to ${digest}`;
}
