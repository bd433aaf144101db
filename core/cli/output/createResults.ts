import { Fields, KitwrightError, toErrorData } from '@kitwright/core/internal';
import { withoutHashes } from './ciCommands.ts';
import type { Lines, Output } from './Output.ts';

/** What a command prints on stdout; with `--json` that is one document and nothing else. */
export interface Results {
  /** The result of the command. */
  readonly answer: (answer: Answer) => void;
  /** An additional line, on stdout as in `kit`; left out with `--json`. */
  readonly say: (lines: Lines) => void;
  /** An additional line on stderr, for messages that `kit` does not print. */
  readonly note: (lines: Lines) => void;
}

export interface Answer {
  /** Printed with `--json`, after its version. */
  readonly json: object;
  /** Printed without `--json`; undefined prints nothing. */
  readonly text?: Lines | undefined;
  /** Printed instead of lines if the result is data. */
  readonly document?: string | undefined;
}

/** Version of the documents of `--json`. */
const version = 1;

export function createResults(output: Pick<Output, 'result' | 'document' | 'message'>, json: boolean): Results {
  return {
    answer: (answer) => {
      if (json) output.document(jsonText({ v: version, ...answer.json }));
      else if (answer.document !== undefined) output.document(answer.document);
      else if (answer.text !== undefined) output.result(answer.text);
    },
    say: (lines) => {
      if (!json) output.result(lines);
    },
    note: (lines) => {
      if (!json) output.message(lines);
    },
  };
}

// ECMA-262, JSON.rawJSON; TypeScript has no type of it yet.
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/**
 * One line of JSON; errors become data, 64-bit integers keep their digits, and the fields of Go structures keep their
 * order. No text in it is a command for a CI system.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return rawJSON(String(part));
    if (part instanceof KitwrightError) return toErrorData(part);
    return part instanceof Fields ? Object.fromEntries(part.entries) : part;
  });
  return withoutHashes(text);
}
