/** What saves and loads the state of x87, MMX and SSE (volumes 4 and 5). */
import { M, Md } from '../operand';
import { row, type Row } from '../row';

const fxsave = { feature: 'FXSR', unit: 'fxsave' } as const;
const wide = { ...fxsave, mode: 'long', operandSize: 8 } as const;
const xsave = { feature: 'XSAVE', unit: 'xsave' } as const;
const xsaveopt = { feature: 'XSAVEOPT', unit: 'xsave' } as const;
const xsavec = { feature: 'XSAVEC', unit: 'xsave' } as const;
const long = { mode: 'long', operandSize: 8 } as const;

export const FLOAT_STATE: readonly Row[] = [
  row('FXSAVE64', 'NP REX.W 0F AE /0', [M], wide, 'fxsave'),
  row('FXSAVE', 'NP 0F AE /0', [M], fxsave, 'fxsave'),
  row('FXRSTOR64', 'NP REX.W 0F AE /1', [M], wide, 'fxrstor'),
  row('FXRSTOR', 'NP 0F AE /1', [M], fxsave, 'fxrstor'),
  row('LDMXCSR', 'NP 0F AE /2', [Md], { feature: 'SSE', unit: 'sse' }, 'ldmxcsr'),
  row('STMXCSR', 'NP 0F AE /3', [Md], { feature: 'SSE', unit: 'sse' }, 'stmxcsr'),
  row('XSAVE64', 'NP REX.W 0F AE /4', [M], { ...xsave, ...long }, 'xsave'),
  row('XSAVE', 'NP 0F AE /4', [M], xsave, 'xsave'),
  row('XRSTOR64', 'NP REX.W 0F AE /5', [M], { ...xsave, ...long }, 'xrstor'),
  row('XRSTOR', 'NP 0F AE /5', [M], xsave, 'xrstor'),
  row('XSAVEOPT64', 'NP REX.W 0F AE /6', [M], { ...xsaveopt, ...long }, 'xsaveopt'),
  row('XSAVEOPT', 'NP 0F AE /6', [M], xsaveopt, 'xsaveopt'),
  row('XSAVEC64', 'NP REX.W 0F C7 /4', [M], { ...xsavec, ...long }, 'xsavec'),
  row('XSAVEC', 'NP 0F C7 /4', [M], xsavec, 'xsavec'),
];
