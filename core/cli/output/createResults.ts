import { Fields, KitwrightError, toErrorData } from '@kitwright/core/internal';
import type { Lines, Output } from './Output.ts';

/** What a command prints on stdout; with `--json` that is one document and nothing else. */
export interface Results {
  /** The result of the command. */
  readonly answer: (answer: Answer) => void;
  /** A line beside the result, on stdout as in `kit`; left out with `--json`. */
  readonly say: (lines: Lines) => void;
  /** The same on stderr, where `kit` prints nothing that tools parse. */
  readonly note: (lines: Lines) => void;
}

export interface Answer {
  /** Printed with `--json`, behind its version. */
  readonly json: object;
  /** Printed without it; undefined prints nothing. */
  readonly text?: Lines | undefined;
  /** Printed instead of lines where the result is data. */
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
 * One line of JSON; errors are data, integers of 64 bits keep their digits, and the fields of Go structures their
 * order.
 */
export function jsonText(value: object): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return rawJSON(String(part));
    if (part instanceof KitwrightError) return toErrorData(part);
    return part instanceof Fields ? Object.fromEntries(part.entries) : part;
  });
}
