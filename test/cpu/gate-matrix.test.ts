import { GATE_MATRICES } from './gate-matrix';
import { compareMatrices } from './matrix-compare';
import type { Deviation } from './matrix-compare';

/** The level a target has, where the matrix gives it one. */
const TARGETS: Readonly<Record<string, number>> = {
  'DPL 0': 0,
  'DPL 1': 1,
  'DPL 2': 2,
  'DPL 3': 3,
  'conforming DPL 0': 0,
  'conforming DPL 1': 1,
  'conforming DPL 2': 2,
  'conforming DPL 3': 3,
  'not accessed': 0,
  absent: 0,
  'absent DPL 3': 3,
  'absent conforming': 0,
  '16-bit': 0,
  L: 3,
  'L and D': 3,
  'neither L nor D': 3,
  short: 3,
  local: 3,
};

type Row = Readonly<Record<string, string>>;

const isGates = (matrix: string): boolean => matrix.startsWith('call gates');
const isDirect = (matrix: string): boolean => matrix.startsWith('direct');
const isInner = (matrix: string): boolean => matrix === 'inner stacks of call gates, protected mode';
const isLong = (matrix: string): boolean => matrix.endsWith('long mode');

/** Levels that may use the gate: up to its DPL; without an axis for it, all. */
const callers = (row: Row): number => (!row['gate'] ? 3 : /present/.test(row['gate']) ? Number(row['gate'][4]) : -1);
const level = (row: Row): number => TARGETS[row['target']!] ?? 4;
/** Some of the row's combinations come through the gate to a target that may be a gate's. */
const reaches = (row: Row): boolean => level(row) <= callers(row);
const in64 = (row: Row): boolean => !['16-bit', '32-bit', 'L and D', 'neither L nor D'].includes(row['target']!);
const isPresent = (row: Row): boolean => !row['target']!.startsWith('absent');

const DEVIATIONS: readonly Deviation[] = [
  {
    witness: 'QEMU',
    where: (matrix, row) =>
      isInner(matrix)
        ? row['stack'] === 'not accessed'
        : row['target'] === 'not accessed' && reaches(row) && (row['upper'] ?? 'good') === 'good',
    because: 'transfers set the accessed bit of the code segment and of the inner stack, too (§4.7.2)',
  },
  {
    witness: 'QEMU',
    where: (matrix, row) =>
      row['type'] === '16-bit with upper half' &&
      (isInner(matrix) || (row['operation'] === 'CALL' && reaches(row) && isPresent(row))),
    because: 'the offset of a 16-bit gate has 16 bits (§4.8.2)',
  },
  {
    witness: 'QEMU',
    where: (matrix, row) =>
      isGates(matrix) &&
      row['operation'] === 'CALL' &&
      row['target']!.startsWith('conforming') &&
      callers(row) > level(row) &&
      (row['upper'] ?? 'good') === 'good',
    because: 'conforming code runs at the level it is called from, and so says CS.RPL (§4.11.2)',
  },
  {
    witness: 'QEMU',
    where: (matrix, row) =>
      isGates(matrix) &&
      row['operation'] === 'JMP' &&
      !isPresent(row) &&
      reaches(row) &&
      row['upper'] !== 'with a type',
    because: 'code that is not present is #NP, for JMP, too (volume 3, JMP Far)',
  },
  {
    witness: 'QEMU',
    where: (matrix, row) => {
      if (isGates(matrix))
        return (
          !isLong(matrix) &&
          row['operation'] === 'CALL' &&
          reaches(row) &&
          (row['target'] === 'short' || (row['target'] === '16-bit' && row['type'] === '32-bit'))
        );
      return (
        isDirect(matrix) &&
        row['operation'] === 'CALL' &&
        (row['target'] === 'short' || (row['target'] === '16-bit' && row['offset'] === 'far' && row['size'] !== '16'))
      );
    },
    because: 'an offset beyond the limit is #GP(0), through gates, too; 64-bit code has no limit (volume 3, CALL Far)',
  },
  {
    witness: 'QEMU',
    where: (matrix, row) => {
      if (!isInner(matrix)) return false;
      const narrow = row['type'] !== '32-bit';
      if (row['stack'] === 'no room' || row['stack'] === 'absent') return true;
      if (row['stack'] === 'room for two dwords') return !narrow || row['parameters'] !== '0';
      return row['parameters'] === '31' && ['good', '16-bit', 'expand-down'].includes(row['stack']!);
    },
    because:
      'pushes beyond the inner stack, parameters beyond the outer one and an absent inner stack are #SS (volume 3, CALL Far)',
  },
  {
    witness: 'QEMU',
    where: (matrix, row) =>
      isGates(matrix) && row['upper'] === 'not canonical' && isPresent(row) && in64(row) && reaches(row),
    because: 'a target that is not canonical is #GP(0) of the CALL or JMP (volume 3, CALL Far)',
  },
  {
    witness: 'QEMU',
    where: (matrix, row) => isDirect(matrix) && isLong(matrix) && row['target'] === 'L and D',
    because: 'a code segment with L and D is #GP (volume 3, CALL Far)',
  },
  {
    witness: 'QEMU',
    where: (matrix, { pointer }) =>
      matrix === 'inner stacks of call gates, long mode' && /^(first )?not canonical/.test(pointer!),
    because: 'the fault is of the CALL, not of the instruction before (volume 3, CALL Far)',
  },
  {
    witness: 'Bochs',
    where: (matrix, { pointer }) =>
      matrix === 'inner stacks of call gates, long mode' && /^(first )?not canonical/.test(pointer!),
    because: 'a stack pointer that is not canonical is #SS(0), not with the selector of SS (volume 3, CALL Far)',
  },
];

compareMatrices('cpu: far calls and jumps', GATE_MATRICES, DEVIATIONS);
