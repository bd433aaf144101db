import { parseReference } from './reference.ts';

/** Does a text read as a reference to a kit? */
export function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
