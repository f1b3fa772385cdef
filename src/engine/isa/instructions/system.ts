/** Control and debug registers, descriptor tables, MSRs, caches, SYSCALL, identification and hints. Meanings lie in `cpu/`. */
import { CR4_TSD, RAX, RDX } from '../../arch/registers';
import { Cn, Dn, Ev, Ew, Gn, Gv, Gy, Mb, Mdqu, Ms, My, Mw, Rn, Rv, Ry } from '../operand';
import { row, type Emit, type Row } from '../row';

const nop: Emit = () => undefined;
/** CLFLUSH asks for the line as a byte read does. */
const touch: Emit = (e) => void e.read(0);
const move: Emit = (e) => e.write(0, e.read(1));
/** Delay loops are made of these two. */
const pause: Emit = (e) => e.if(e.intercepted('PAUSE'), () => e.helper('pause'));
const rdtsc: Emit = (e) => {
  const isClosed = e.select(e.bin('and', e.cr4(), e.constant(CR4_TSD, 4)), e.cpl(), e.constant(0, 4));
  e.if(e.bin('or', isClosed, e.intercepted('RDTSC')), () => e.helper('rdtsc'));
  const time = e.let(e.timeStamp('rdtsc'));
  e.setGpr(RAX, 4, e.zero(time, 4));
  e.setGpr(RDX, 4, e.zero(e.bin('shr_u', time, e.constant(32n, 8)), 4));
};
const state = { ends: true } as const;
const fsGsBase = { feature: 'FSGSBASE', mode: 'long' } as const;
const table = { cpl: 0, ends: true } as const;

export const SYSTEM: readonly Row[] = [
  row('MOV', '0F 20 /r', [Rn, Cn], { cpl: 0 }, 'mov-from-cr'),
  row('MOV', '0F 22 /r', [Cn, Rn], { cpl: 0, ends: true }, 'mov-to-cr'),
  row('MOV', '0F 21 /r', [Rn, Dn], { cpl: 0 }, 'mov-from-dr'),
  row('MOV', '0F 23 /r', [Dn, Rn], { cpl: 0, ends: true }, 'mov-to-dr'),
  row('SGDT', '0F 01 /0', [Ms], { intercept: 'GDTR_READ' }, 'sgdt'),
  row('SIDT', '0F 01 /1', [Ms], { intercept: 'IDTR_READ' }, 'sidt'),
  row('LGDT', '0F 01 /2', [Ms], { ...table, intercept: 'GDTR_WRITE' }, 'lgdt'),
  row('LIDT', '0F 01 /3', [Ms], { ...table, intercept: 'IDTR_WRITE' }, 'lidt'),
  row('SMSW', '0F 01 /4', [Rv], {}, 'smsw'),
  row('SMSW', '0F 01 /4', [Mw], {}, 'smsw'),
  row('LMSW', '0F 01 /6', [Ew], { cpl: 0, ends: true }, 'lmsw'),
  row('INVLPG', '0F 01 /7', [Mb], { cpl: 0, intercept: 'INVLPG', ends: true }, 'invlpg'),
  row('SWAPGS', '0F 01 F8', [], { mode: 'long', cpl: 0, ends: true }, 'swapgs'),
  row('RDTSCP', '0F 01 F9', [], { feature: 'RDTSCP', intercept: 'RDTSCP' }, 'rdtscp'),
  row('SYSCALL', '0F 05', [], state, 'syscall'),
  row('CLTS', '0F 06', [], { cpl: 0, ends: true }, 'clts'),
  row('SYSRET', '0F 07', [], { ...state, cpl: 0, protectedMode: true }, 'sysret'),
  row('INVD', '0F 08', [], { cpl: 0, intercept: 'INVD' }, 'invd'),
  row('WBINVD', '0F 09', [], { cpl: 0, intercept: 'WBINVD' }, 'wbinvd'),
  row('UD2', '0F 0B', [], state, 'undefined'),
  row('UD1', '0F B9 /r', [Gv, Ev], state, 'undefined'),
  row('UD0', '0F FF', [], state, 'undefined'),
  row('PREFETCH', '0F 0D /0', [Mb], {}, nop),
  row('PREFETCHW', '0F 0D /1', [Mb], {}, nop),
  row('PREFETCHNTA', '0F 18 /0', [Mb], {}, nop),
  row('PREFETCHT0', '0F 18 /1', [Mb], {}, nop),
  row('PREFETCHT1', '0F 18 /2', [Mb], {}, nop),
  row('PREFETCHT2', '0F 18 /3', [Mb], {}, nop),
  row('ENDBR64', 'F3 0F 1E FA', [], {}, nop),
  row('ENDBR32', 'F3 0F 1E FB', [], {}, nop),
  row('NOP', '0F 1F /0', [Ev], {}, nop),
  // Reserved: hints of processors to come do nothing on this one. So do registers where prefetches name memory.
  ...['18', '19', '1A', '1B', '1C', '1D', '1E', '1F'].map((opcode) => row('NOP', `0F ${opcode} /r`, [Ev], {}, nop)),
  ...[2, 3, 4, 5, 6, 7].map((digit) => row('PREFETCH', `0F 0D /${digit}`, [Mb], {}, nop)),
  row('WRMSR', '0F 30', [], { cpl: 0, intercept: 'MSR_PROT', ends: true }, 'wrmsr'),
  row('RDTSC', '0F 31', [], { intercept: 'RDTSC' }, rdtsc),
  row('RDMSR', '0F 32', [], { cpl: 0, intercept: 'MSR_PROT' }, 'rdmsr'),
  row('RDPMC', '0F 33', [], { intercept: 'RDPMC' }, 'rdpmc'),
  row('SYSENTER', '0F 34', [], { ...state, mode: 'legacy', protectedMode: true }, 'sysenter'),
  row('SYSEXIT', '0F 35', [], { ...state, protectedMode: true, cpl: 0 }, 'sysexit'),
  row('MONITOR', 'NP 0F 01 C8', [], { feature: 'MONITOR', intercept: 'MONITOR' }, 'monitor'),
  row('MWAIT', 'NP 0F 01 C9', [], { feature: 'MONITOR', intercept: 'MWAIT', ends: true }, 'mwait'),
  row('XGETBV', 'NP 0F 01 D0', [], { feature: 'XSAVE' }, 'xgetbv'),
  row('XSETBV', 'NP 0F 01 D1', [], { feature: 'XSAVE', cpl: 0, intercept: 'XSETBV', ends: true }, 'xsetbv'),
  row('RDPRU', 'NP 0F 01 FD', [], { feature: 'RDPRU', intercept: 'RDPRU' }, 'rdpru'),
  row('CLZERO', 'NP 0F 01 FC', [], { feature: 'CLZERO' }, 'clzero'),
  row('WBNOINVD', 'F3 0F 09', [], { feature: 'WBNOINVD', cpl: 0, intercept: 'WBINVD' }, 'wbinvd'),
  row('RSM', '0F AA', [], { ...state, intercept: 'RSM' }, 'undefined'),
  row('RDFSBASE', 'F3 0F AE /0', [Ry], fsGsBase, 'rdfsbase'),
  row('RDGSBASE', 'F3 0F AE /1', [Ry], fsGsBase, 'rdgsbase'),
  row('WRFSBASE', 'F3 0F AE /2', [Ry], fsGsBase, 'wrfsbase'),
  row('WRGSBASE', 'F3 0F AE /3', [Ry], fsGsBase, 'wrgsbase'),
  row('MOVNTI', 'NP 0F C3 /r', [My, Gy], { feature: 'SSE2', rare: true }, move),
  row('RDRAND', 'NP 0F C7 /6', [Rv], { feature: 'RDRAND' }, 'random'),
  row('RDSEED', 'NP 0F C7 /7', [Rv], { feature: 'RDSEED' }, 'random'),
  row('RDPID', 'F3 0F C7 /7', [Ry], { feature: 'RDPID', size: 'force64' }, 'rdpid'),
  row(
    'INVPCID',
    '66 0F 38 82 /r',
    [Gn, Mdqu],
    { feature: 'INVPCID', cpl: 0, intercept: 'INVPCID', ends: true },
    'invpcid',
  ),
  row('CPUID', '0F A2', [], { intercept: 'CPUID' }, 'cpuid'),
  row('CLFLUSH', 'NP 0F AE /7', [Mb], {}, touch),
  row('CLFLUSHOPT', '66 0F AE /7', [Mb], { feature: 'CLFLUSHOPT', rare: true }, touch),
  row('CLWB', '66 0F AE /6', [Mb], { feature: 'CLWB', rare: true }, touch),
  row('LFENCE', 'NP 0F AE E8', [], {}, nop),
  row('MFENCE', 'NP 0F AE F0', [], {}, nop),
  row('SFENCE', 'NP 0F AE F8', [], {}, nop),
  row('PAUSE', 'F3 90', [], { intercept: 'PAUSE' }, pause),
  row('HLT', 'F4', [], { cpl: 0, intercept: 'HLT', ends: true }, 'hlt'),
];
