/** What saves and loads the state of x87, MMX and SSE (volumes 4 and 5). */
import { M, Md } from '../operand';
import { row, type Row } from '../row';

const fxsave = { feature: 'FXSR', unit: 'fxsave' } as const;
const wide = { ...fxsave, mode: 'long', operandSize: 8 } as const;

export const FLOAT_STATE: readonly Row[] = [
  row('FXSAVE64', 'NP REX.W 0F AE /0', [M], wide, 'fxsave'),
  row('FXSAVE', 'NP 0F AE /0', [M], fxsave, 'fxsave'),
  row('FXRSTOR64', 'NP REX.W 0F AE /1', [M], wide, 'fxrstor'),
  row('FXRSTOR', 'NP 0F AE /1', [M], fxsave, 'fxrstor'),
  row('LDMXCSR', 'NP 0F AE /2', [Md], { feature: 'SSE', unit: 'sse' }, 'ldmxcsr'),
  row('STMXCSR', 'NP 0F AE /3', [Md], { feature: 'SSE', unit: 'sse' }, 'stmxcsr'),
];
