import { INTERRUPT_MATRICES } from './interrupt-matrix';
import { compareMatrices } from './matrix-compare';
import type { Deviation } from './matrix-compare';

const isLong = (matrix: string): boolean => matrix.endsWith('long mode');
const isGates = (matrix: string): boolean => matrix.startsWith('gates');

const DEVIATIONS: readonly Deviation[] = [
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { cause }) => !matrix.startsWith('flags') && cause === '#UD',
    because: 'a fault on the way of an exception has EXT in its error code (§8.4.1)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { target }) => isGates(matrix) && target === 'not accessed',
    because: 'events set the accessed bit of the code segment, too (§4.7.2)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { target }) => isGates(matrix) && !isLong(matrix) && (target === '16-bit' || target === 'short'),
    because: 'an offset beyond the limit is #GP (§8.7.3)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { gate }) => matrix === 'gates, protected mode' && gate === 'e6 with upper half',
    because: 'the offset of a 16-bit gate has 16 bits (§4.8.2)',
  },
  {
    witness: 'QEMU',
    where: (matrix, { flag }) => matrix.startsWith('flags') && (flag === '19' || flag === '20'),
    because: 'the IRET that sets VIF and VIP first is at level 0 and takes them (volume 3, IRET)',
  },
  {
    witness: 'QEMU',
    where: (matrix, { stack, cause }) =>
      matrix === 'inner stacks, protected mode' &&
      (cause === 'INT n' || cause === '#GP') &&
      (['not accessed', 'room for two dwords', 'no room'].includes(stack!) ||
        (stack === 'absent' && cause === 'INT n')),
    because: 'pushes beyond the inner stack and an absent one are #SS, and it becomes accessed (§8.7.3)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { gate, target }) => isGates(matrix) && /[8ace]5/.test(gate!) && target === 'local',
    because: 'the TSS of a task gate must be in the GDT, else it is #GP (§12.3)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { target }) => matrix === 'gates, virtual-8086 mode' && target !== 'DPL 0',
    because: 'virtual-8086 mode is left for level 0 only, else it is #GP (§8.7.4)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { gate, cause }) => matrix === 'gates, long mode' && cause === 'INT n' && !/^e[ef]/.test(gate!),
    because: 'the error code has the vector at bit 3, in long mode, too (§8.4.1)',
  },
  {
    witness: 'QEMU',
    some: true,
    where: (matrix, { gate }) => matrix === 'gates, long mode' && gate === 'ee, not canonical',
    because: 'a handler whose address is not canonical is #GP(0) before anything is pushed (§8.9.3)',
  },
  {
    witness: 'QEMU',
    where: (matrix, { pointer, IST, cause }) =>
      matrix === 'inner stacks, long mode' &&
      IST === 'IST2' &&
      cause !== '#UD' &&
      !/^(first )?not canonical/.test(pointer!),
    because: 'an IST stack at the same level leaves SS as it is (§8.9.3)',
  },
  {
    witness: 'Bochs',
    where: (matrix, { pointer, IST, cause }) =>
      matrix === 'inner stacks, long mode' &&
      (pointer === 'not canonical' || pointer === 'first not canonical') &&
      IST !== 'IST3 beyond the TSS' &&
      cause !== '#GP',
    because: 'a stack pointer that is not canonical is #SS(0) with EXT, not with the selector of SS (§8.4.1)',
  },
];

compareMatrices('cpu: interrupts and exceptions through gates', INTERRUPT_MATRICES, DEVIATIONS);
