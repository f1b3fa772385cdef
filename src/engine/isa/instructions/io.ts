/** IN, OUT and their string forms. IOPL, the TSS map and the IOPM decide (APM volume 2, §15.10). */
import { AL, DX, eAX, Ib, Xb, Xz, Yb, Yz } from '../operand';
import { row, type Row } from '../row';

const io = { io: true, intercept: 'IOIO_PROT' } as const;
const string = { ...io, rep: 'rep', ends: true } as const;

export const IO: readonly Row[] = [
  row('IN', 'E4', [AL, Ib], io, 'in'),
  row('IN', 'E5', [eAX, Ib], io, 'in'),
  row('IN', 'EC', [AL, DX], io, 'in'),
  row('IN', 'ED', [eAX, DX], io, 'in'),
  row('OUT', 'E6', [Ib, AL], io, 'out'),
  row('OUT', 'E7', [Ib, eAX], io, 'out'),
  row('OUT', 'EE', [DX, AL], io, 'out'),
  row('OUT', 'EF', [DX, eAX], io, 'out'),
  row('INSB', '6C', [Yb], string, 'ins'),
  row('INSW', '6D', [Yz], { ...string, operandSize: 2 }, 'ins'),
  row('INSD', '6D', [Yz], string, 'ins'),
  row('OUTSB', '6E', [Xb], string, 'outs'),
  row('OUTSW', '6F', [Xz], { ...string, operandSize: 2 }, 'outs'),
  row('OUTSD', '6F', [Xz], string, 'outs'),
];
