/** What instructions of a unit raise instead of running: the unit is not there for them, or an x87 exception is pending. */
import { VECTOR_NM } from '../../arch/exceptions';
import { JUMPED, type Helper, type HelperTable } from '../core';
import { meetsError } from '../x87-unit';

const deviceNotAvailable: Helper = (core) => core.raise(VECTOR_NM);

/** An MMX instruction met a pending unmasked x87 exception, and IGNNE does not say to go on: CR0.NE chooses, as for x87's own. */
const fpuError: Helper = (core) => {
  meetsError(core);
  return JUMPED;
};

export const UNIT_HELPERS = { 'device-not-available': deviceNotAvailable, 'fpu-error': fpuError } satisfies HelperTable;
