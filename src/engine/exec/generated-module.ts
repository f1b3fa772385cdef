/** What all modules of generated code have in common: function types, and what they import. */
import { I32, type FunctionType, type Import } from './wasm';

export const TYPES = [
  { parameters: [I32], results: [I32] },
  { parameters: [], results: [I32] },
  { parameters: [I32, I32], results: [I32] },
] as const satisfies readonly FunctionType[];

/** The function table of handlers is table 0, that of compiled regions table 1. */
export const TABLE_REGIONS = 1;

const SHARED_IMPORTS: readonly Import[] = [
  { name: 'memory', kind: 'memory' },
  { name: 'table', kind: 'table' },
  { name: 'regions', kind: 'table' },
  { name: 'tlb', kind: 'global' },
];

/** Of the main loop's modules, which define the flag functions themselves. */
export const loopImports: readonly Import[] = [{ name: 'translate', kind: 'function', type: 0 }, ...SHARED_IMPORTS];

/** Of handlers' and regions' modules: place's FN_* in this order. */
export const handlerImports: readonly Import[] = [
  { name: 'translate', kind: 'function', type: 0 },
  { name: 'carry', kind: 'function', type: 1 },
  { name: 'flags', kind: 'function', type: 1 },
  { name: 'condition', kind: 'function', type: 0 },
  ...SHARED_IMPORTS,
];
