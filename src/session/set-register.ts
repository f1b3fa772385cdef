/** Registers set by a person: in the processor, in a VMCB, or where the hypervisor keeps them; what cannot be set says why. */
import {
  CR0_CD,
  CR0_ET,
  CR0_NW,
  CR0_PE,
  CR0_PG,
  CR4_PAE,
  EFER_LMA,
  EFER_LME,
  GPR32,
  GPR64,
  RFLAGS,
  RFLAGS_VM,
  SEG_CS,
} from '../engine/arch/registers';
import type { Processor } from '../engine/cpu/processor';
import { loadRealSegment } from '../engine/cpu/segment-load';
import { CRS, DRS } from '../engine/state/layout';
import { Vmcb } from '../engine/state/vmcb';
import type { VmcbScalar } from '../engine/state/vmcb';
import { ExpressionError } from './expression';
import type { Guest } from './guests';
import type { Lab, World } from './lab';
import { modeOf, SEGMENT_NAMES } from './registers';

const MOST_U32 = 0xffff_ffffn;
/** ES CS SS DS FS GS; LDTR and TR only as fields of a VMCB. */
const CODE_AND_DATA = 6;

/** Sets a register of a world; throws ExpressionError where that is impossible or the value is none it can hold. */
export function setRegister(lab: Lab, world: World, name: string, value: bigint): void {
  const flag = RFLAGS.find((row) => row.name.toLowerCase() === name && row.name !== 'IOPL');
  if (flag) {
    const mask = 1n << BigInt(flag.bit);
    if (value > 1n) throw new ExpressionError(`${flag.name} is one bit: 0 or 1`);
    const rflags = BigInt(lab.registers(world).rflags);
    setRegister(lab, world, 'rflags', value === 0n ? rflags & ~mask : rflags | mask);
    return;
  }
  const half = (GPR32 as readonly string[]).indexOf(name);
  if (half >= 0) {
    fits(name, value, 4);
    setRegister(lab, world, GPR64[half]!, value);
    return;
  }
  if (name === 'rflags') checkRflags(value);
  if (name === 'rip') checkRip(lab, world, value);
  const { processor } = lab.machine;
  const { executing } = lab;
  if (world === 'host' && executing) {
    throw new ExpressionError(
      `${name} of the host waits in the processor while ${executing.identity.name} executes: stop at a #VMEXIT to set it`,
    );
  }
  if (world !== 'host' && world.kept?.() && /^(cr[034]|efer)$/.test(name)) {
    throw new ExpressionError(
      `${name.toUpperCase()} of ${world.identity.name} is kept by the hypervisor that maps its memory: let the guest’s own code write it`,
    );
  }
  const set =
    world === 'host' || world === executing
      ? setLive(processor, lab, world, name, value)
      : setSaved(lab, world, name, value);
  if (!set) throw new ExpressionError(`${name} cannot be set here`);
}

function checkRflags(value: bigint): void {
  fits('rflags', value, 4);
  if ((value & BigInt(RFLAGS_VM)) !== 0n) {
    throw new ExpressionError(
      'RFLAGS.VM is set by an IRET or a task switch only: virtual-8086 mode needs its segments',
    );
  }
}

function checkRip(lab: Lab, world: World, value: bigint): void {
  const long = modeOf(lab.registers(world)) === 'long mode';
  if (long && BigInt.asUintN(64, BigInt.asIntN(48, value)) !== value) {
    throw new ExpressionError(`0x${value.toString(16).toUpperCase()} is not canonical: RIP cannot hold it`);
  }
  if (!long) fits('rip', value, 4);
}

function fits(name: string, value: bigint, bytes: number): void {
  if (value >> BigInt(bytes * 8) !== 0n) {
    throw new ExpressionError(
      `0x${value.toString(16).toUpperCase()} does not fit ${name.toUpperCase()}, which has ${bytes * 8} bits here`,
    );
  }
}

// In the processor

function setLive(processor: Processor, lab: Lab, world: World, name: string, value: bigint): boolean {
  const { state } = processor;
  const general = (GPR64 as readonly string[]).indexOf(name);
  const segment = segmentNamed(name);
  const control = /^cr([02348])$/.exec(name);
  const debug = /^dr([0-3])$/.exec(name);
  if (general >= 0) state.setGprBig(general, value);
  else if (name === 'rip') state.setRip(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  else if (name === 'rflags') processor.setRflags(Number(value));
  else if (control) setControl(processor, Number(control[1]), value);
  else if (name === 'efer') setEfer(processor, value);
  else if (debug)
    state.setHalves(
      DRS + Number(debug[1]) * 8,
      Number(BigInt.asIntN(32, value)),
      Number(BigInt.asIntN(32, value >> 32n)),
    );
  else if (segment !== undefined && segment < CODE_AND_DATA) setSelector(processor, lab, world, segment, value);
  else return false;
  return true;
}

function setControl(processor: Processor, n: number, value: bigint): void {
  const { state, limits } = processor;
  const number = Number(value & MOST_U32);
  const change = (mask: number): boolean => ((number ^ state.cr(n)) & mask) !== 0;
  switch (n) {
    case 0:
      fits('cr0', value, 4);
      if (change(CR0_PE | CR0_PG)) {
        throw new ExpressionError(
          'CR0.PE and CR0.PG change the mode of execution: let code change them, which loads segments as well',
        );
      }
      if ((number & CR0_NW) !== 0 && (number & CR0_CD) === 0)
        throw new ExpressionError('CR0.NW without CR0.CD is refused: #GP');
      state.setCr(0, ((number & limits.cr0Valid) | CR0_ET) >>> 0);
      break;
    case 3:
      if (value >> BigInt(limits.physicalBits) !== 0n) {
        throw new ExpressionError(`CR3 holds an address of ${limits.physicalBits} bits`);
      }
      state.setHalves(CRS + 24, number | 0, Number(BigInt.asIntN(32, value >> 32n)));
      break;
    case 4: {
      fits('cr4', value, 4);
      const unknown = (number & ~limits.cr4Valid) >>> 0;
      if (unknown !== 0)
        throw new ExpressionError(`CR4 has no bits 0x${unknown.toString(16).toUpperCase()} on this processor: #GP`);
      if (change(CR4_PAE))
        throw new ExpressionError('CR4.PAE changes the format of the page tables: let code change it');
      state.setCr(4, number >>> 0);
      break;
    }
    case 8:
      if (value > 15n) throw new ExpressionError('CR8 has 4 bits');
      processor.setTaskPriority(number);
      return;
    default:
      state.setHalves(CRS + n * 8, number | 0, Number(BigInt.asIntN(32, value >> 32n)));
      return;
  }
  processor.flushTlb(false);
}

function setEfer(processor: Processor, value: bigint): void {
  const { state, limits } = processor;
  fits('efer', value, 4);
  const number = Number(value);
  if (((number ^ state.efer) & (EFER_LME | EFER_LMA)) !== 0) {
    throw new ExpressionError('EFER.LME and EFER.LMA change the mode of execution: let code change them');
  }
  const unknown = (number & ~(limits.eferValid | EFER_LMA)) >>> 0;
  if (unknown !== 0)
    throw new ExpressionError(`EFER has no bits 0x${unknown.toString(16).toUpperCase()} on this processor: #GP`);
  state.efer = number;
  processor.flushTlb(false);
}

function setSelector(processor: Processor, lab: Lab, world: World, index: number, value: bigint): void {
  const name = SEGMENT_NAMES[index]!;
  if (modeOf(lab.registers(world)) !== 'real mode') {
    throw new ExpressionError(
      `outside real mode a selector in ${name} means a descriptor that must be read and checked: let code load it`,
    );
  }
  fits(name, value, 2);
  loadRealSegment(processor.state, index, Number(value));
  processor.contextChanged();
}

function segmentNamed(name: string): number | undefined {
  const index = SEGMENT_NAMES.findIndex((segment) => segment.toLowerCase() === name);
  return index < 0 ? undefined : index;
}

// In a VMCB

const FIELDS: Readonly<Record<string, VmcbScalar>> = {
  rax: 'rax',
  rsp: 'rsp',
  rip: 'rip',
  rflags: 'rflags',
  cr0: 'cr0',
  cr2: 'cr2',
  cr3: 'cr3',
  cr4: 'cr4',
  efer: 'efer',
  dr6: 'dr6',
  dr7: 'dr7',
};

function setSaved(lab: Lab, guest: Guest, name: string, value: bigint): boolean {
  const vmcb = new Vmcb(lab.machine.ram, guest.vmcb);
  const field = FIELDS[name];
  const segment = segmentNamed(name);
  const general = (GPR64 as readonly string[]).indexOf(name);
  if (field) vmcb.setBig(field, value);
  else if (name === 'cr8') {
    if (value > 15n) throw new ExpressionError('CR8 has 4 bits');
    vmcb.setBig('vIntr', (vmcb.big('vIntr') & ~15n) | value);
  } else if (segment !== undefined) {
    const key = SEGMENT_NAMES[segment]!.toLowerCase() as 'cs';
    fits(name, value, 2);
    vmcb.setBig(`${key}Selector`, value);
    const real = modeOf(lab.registers(guest)) === 'real mode' && (segment < CODE_AND_DATA || segment === SEG_CS);
    if (real) vmcb.setBig(`${key}Base`, value << 4n);
  } else if (general >= 0) {
    if (!guest.general) {
      throw new ExpressionError(
        `${name} of ${guest.identity.name} is where its hypervisor’s software has put it; only RAX, RSP, RIP and RFLAGS are in the VMCB`,
      );
    }
    guest.general.set(general, value);
  } else return false;
  forgetClean(vmcb);
  return true;
}

/** What a debugger has written must be read by VMRUN: no field is clean. §15.15 */
export function forgetClean(vmcb: Vmcb): void {
  vmcb.set('cleanBits', 0);
}
