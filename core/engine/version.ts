/**
 * The version of Kitwright: in the manifest's annotation and in `kitwright version`. A test holds it equal to
 * package.json.
 */
export const version = '0.1.0';
