import { InvalidArgumentError } from 'commander';

/** Reads a flag that is a whole number, also a negative one. */
export function wholeNumber(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError(`${JSON.stringify(text)} is not a whole number.`);
  return Number(text);
}

/** Reads a flag that is a number of things: at least 1. */
export function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('it must be a number of at least 1.');
  return Number(text);
}
