import { compareMatrices } from './matrix-compare';
import type { Deviation } from './matrix-compare';
import { RETURN_MATRICES } from './return-matrix';

const OUTWARD = [
  'DPL 1',
  'DPL 2',
  'DPL 3',
  'conforming DPL 0',
  'conforming DPL 1',
  'conforming DPL 2',
  'conforming DPL 3',
];

const DEVIATIONS: readonly Deviation[] = [
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { target, stack }) =>
      matrix.startsWith('segments') && (target === 'not accessed' || stack === 'not accessed'),
    because: 'returns set accessed bits, too (§4.7.2)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { stack }) => matrix.startsWith('segments') && stack === 'absent',
    because: 'a stack segment that is not present is #SS (volume 3, RET Far)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { target }) => /^(segments|offsets)/.test(matrix) && (target === 'short' || target === '16-bit'),
    because: 'an offset beyond the limit is #GP(0); 64-bit code has no limit (volume 3, RET Far)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix) => matrix.startsWith('short frames'),
    because: 'words beyond the limit of the stack are #SS(0) (§4.12)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { target, RIP }) =>
      matrix === 'offsets, long mode' && RIP !== 'good' && ['32-bit', 'neither L nor D'].includes(target!),
    because: 'compatibility mode has 32 bits of RIP (volume 3, RET Far)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { target }) => matrix !== 'segments, protected mode' && target === 'L and D',
    because: 'a code segment with L and D is #GP (volume 3, RET Far)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { RIP }) => matrix === 'offsets, long mode' && /canonical/.test(RIP!),
    because: 'a target that is not canonical is #GP(0) of the return (volume 3, RET Far)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix) => matrix === 'broken frames, long mode',
    because: 'the words of a frame are read with the rights of the CPL: U/S of the error code (§8.4.2)',
  },
  {
    witness: 'Bochs',
    some: true,
    where: (matrix, { source, operation, size }) =>
      /^(segments|broken frames), long mode$/.test(matrix) &&
      source === '64-bit' &&
      operation === 'IRET' &&
      size !== '64',
    because: 'in 64-bit mode IRET always pops SS and rSP (volume 3, IRET)',
  },
  {
    witness: 'Bochs',
    some: true,
    where: (matrix, { operation, stack }) =>
      matrix === 'segments, long mode' && operation === 'IRET' && stack === 'absent',
    because: 'a stack segment that is not present is #SS (volume 3, IRET)',
  },
  {
    witness: 'Bochs',
    where: (matrix, { target, operation, stack }) =>
      matrix === 'segments, protected mode' &&
      operation === 'IRET' &&
      stack === 'absent' &&
      [...OUTWARD, 'L', 'L and D', 'neither L nor D', 'short', 'local'].includes(target!),
    because: 'a stack segment that is not present is #SS (volume 3, IRET)',
  },
];

compareMatrices('cpu: far returns', RETURN_MATRICES, DEVIATIONS);
