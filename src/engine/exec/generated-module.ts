/** What all modules of generated code have in common: function types, and what they import. */
import { I32, type FunctionType, type Import } from './wasm';

export const TYPES = [
  { parameters: [I32], results: [I32] },
  { parameters: [], results: [I32] },
  { parameters: [I32, I32], results: [I32] },
] as const satisfies readonly FunctionType[];

/** The function table of handlers is table 0, that of compiled regions table 1. */
export const TABLE_REGIONS = 1;

const MEMORY: Import = { name: 'memory', kind: 'memory' };
const TLB: Import = { name: 'tlb', kind: 'global' };
const TRANSLATE: Import = { name: 'translate', kind: 'function', type: 0 };

/** Of the main loop's modules, which define the flag functions themselves. */
export const loopImports: readonly Import[] = [
  TRANSLATE,
  MEMORY,
  { name: 'table', kind: 'table' },
  { name: 'regions', kind: 'table' },
  TLB,
];

/**
 * Of handlers' and regions' modules: place's FN_* in this order. They import no table: V8 keeps every instance that does for as long as
 * the table lives, and regions come and go.
 */
export const handlerImports: readonly Import[] = [
  TRANSLATE,
  { name: 'carry', kind: 'function', type: 1 },
  { name: 'flags', kind: 'function', type: 1 },
  { name: 'condition', kind: 'function', type: 0 },
  MEMORY,
  TLB,
];
