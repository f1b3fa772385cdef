/** Every out-of-line instruction: leave one out and this does not compile. */
import type { HelperName } from '../isa/emitter';
import type { Helper } from './core';
import { ARITHMETIC_HELPERS } from './helpers/arithmetic';
import { BIT_FIELD_HELPERS } from './helpers/bit-fields';
import { CACHE_LINE_HELPERS } from './helpers/cache-line';
import { CONTROL_HELPERS } from './helpers/control';
import { EFFECTIVE_FREQUENCY_HELPERS } from './helpers/effective-frequency';
import { EXTENDED_CONTROL_HELPERS } from './helpers/extended-control';
import { FLAG_HELPERS } from './helpers/flags';
import { FXSAVE_HELPERS } from './helpers/fxsave';
import { IDENTIFICATION_HELPERS } from './helpers/identification';
import { INVALIDATION_HELPERS } from './helpers/invalidation';
import { IO_HELPERS } from './helpers/io';
import { MONITOR_HELPERS } from './helpers/monitor';
import { MSR_HELPERS } from './helpers/msr';
import { PERFORMANCE_HELPERS } from './helpers/performance';
import { RANDOM_HELPERS } from './helpers/random';
import { SEGMENT_BASE_HELPERS } from './helpers/segment-bases';
import { SEGMENT_HELPERS } from './helpers/segments';
import { SVM_HELPERS } from './helpers/svm';
import { TABLE_HELPERS } from './helpers/tables';
import { TRANSFER_HELPERS } from './helpers/transfers';
import { UNIT_HELPERS } from './helpers/units';
import { VECTOR_FLOAT_HELPERS } from './helpers/vector-float';
import { X87_ARITHMETIC_HELPERS } from './helpers/x87-arithmetic';
import { X87_COMPARE_HELPERS } from './helpers/x87-compare';
import { VECTOR_AES_HELPERS } from './helpers/vector-aes';
import { VECTOR_INTEGER_HELPERS } from './helpers/vector-integer';
import { VECTOR_SHA_HELPERS } from './helpers/vector-sha';
import { VECTOR_TEXT_HELPERS } from './helpers/vector-text';
import { X87_CONTROL_HELPERS } from './helpers/x87-control';
import { X87_ENVIRONMENT_HELPERS } from './helpers/x87-environment';
import { X87_TRANSCENDENTAL_HELPERS } from './helpers/x87-transcendental';
import { X87_TRANSFER_HELPERS } from './helpers/x87-transfer';
import { XSAVE_HELPERS } from './helpers/xsave';

export const HELPERS: Record<HelperName, Helper> = {
  ...ARITHMETIC_HELPERS,
  ...BIT_FIELD_HELPERS,
  ...CACHE_LINE_HELPERS,
  ...CONTROL_HELPERS,
  ...EFFECTIVE_FREQUENCY_HELPERS,
  ...EXTENDED_CONTROL_HELPERS,
  ...FLAG_HELPERS,
  ...FXSAVE_HELPERS,
  ...IDENTIFICATION_HELPERS,
  ...INVALIDATION_HELPERS,
  ...IO_HELPERS,
  ...MONITOR_HELPERS,
  ...MSR_HELPERS,
  ...PERFORMANCE_HELPERS,
  ...RANDOM_HELPERS,
  ...SEGMENT_BASE_HELPERS,
  ...SEGMENT_HELPERS,
  ...SVM_HELPERS,
  ...TABLE_HELPERS,
  ...TRANSFER_HELPERS,
  ...UNIT_HELPERS,
  ...VECTOR_FLOAT_HELPERS,
  ...X87_ARITHMETIC_HELPERS,
  ...X87_COMPARE_HELPERS,
  ...VECTOR_AES_HELPERS,
  ...VECTOR_INTEGER_HELPERS,
  ...VECTOR_SHA_HELPERS,
  ...VECTOR_TEXT_HELPERS,
  ...X87_CONTROL_HELPERS,
  ...X87_ENVIRONMENT_HELPERS,
  ...X87_TRANSCENDENTAL_HELPERS,
  ...X87_TRANSFER_HELPERS,
  ...XSAVE_HELPERS,
};
