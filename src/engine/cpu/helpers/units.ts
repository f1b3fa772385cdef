/** What instructions of a unit raise instead of running: the unit is not there for them, or an x87 exception is pending. */
import { VECTOR_MF, VECTOR_NM } from '../../arch/exceptions';
import type { Helper, HelperTable } from '../core';

const deviceNotAvailable: Helper = (core) => core.raise(VECTOR_NM);

/** An MMX instruction met a pending unmasked x87 exception. */
const fpuError: Helper = (core) => core.raise(VECTOR_MF);

export const UNIT_HELPERS = { 'device-not-available': deviceNotAvailable, 'fpu-error': fpuError } satisfies HelperTable;
