import { IRET_MATRICES } from './iret-matrix';
import { compareMatrices } from './matrix-compare';
import type { Deviation } from './matrix-compare';

const DEVIATIONS: readonly Deviation[] = [
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { image = '', before }) =>
      matrix.startsWith('flags') && (before === 'VIF and VIP' || /^(all but|17|19|20)/.test(image)),
    because:
      'level 0 takes VIF and VIP; VM counts in legacy mode at level 0 only (volume 3, IRET). What QEMU took it keeps',
  },
  {
    witness: 'QEMU',
    where: (matrix, { size, IOPL }) => matrix.startsWith('within') && size === '32' && IOPL === '3',
    because: 'an offset beyond the limit is #GP(0) of IRET (volume 3, IRET)',
  },
  {
    witness: 'Bochs',
    where: (matrix, { size, IOPL }) => matrix.startsWith('within') && size === '32' && IOPL === '3',
    because: 'an offset beyond the limit is #GP(0) of IRET, not of the instruction there (volume 3, IRET)',
  },
  {
    witness: 'Bochs',
    where: (matrix, { source, size, before }) =>
      matrix === 'flags, long mode' && source === '64-bit' && size !== '64' && before !== 'NT',
    because: 'in 64-bit mode IRET always pops SS and rSP (volume 3, IRET)',
  },
];

compareMatrices('cpu: IRET', IRET_MATRICES, DEVIATIONS);
