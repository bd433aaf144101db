import { KitwrightError, parseReference } from '@kitwright/core';

/** Registries are served by a plugin that is not part of this version. */
export const refuseRemote = (text: string): KitwrightError => {
  const { registry } = parseReference(text);
  const why =
    registry === 'localhost'
      ? 'a registry is required in a remote reference'
      : 'this version of Kitwright does not reach remote registries yet';
  return new KitwrightError('usage', `Cannot use ${text} as a remote reference: ${why}.`);
};
