/**
 * What a learner's software may ask of the machine, as data: the bridge's code and the declarations are both made of these rows.
 * One rule for numbers: what is 64 bits wide is a bigint, what is narrower is a number.
 */

export type ValueKind = 'u64' | 'u32' | 'u16' | 'u8' | 'boolean' | 'bytes' | 'text';
export type ResultKind = Exclude<ValueKind, 'text'> | 'cpuid' | 'void';

/** Objects of the module; '' is the module itself. */
export type BridgeObject = 'vcpu' | 'vcpu.guest' | 'host' | 'host.memory' | '';

export interface Parameter {
  readonly name: string;
  readonly kind: ValueKind;
  /** Taken if it is left out: the source text of a value. */
  readonly initial?: string;
}

/** A function, or what a property's reading or writing does. */
export interface BridgeCall {
  readonly object: BridgeObject;
  readonly name: string;
  readonly as: 'function' | 'get' | 'set';
  readonly parameters: readonly Parameter[];
  readonly result: ResultKind;
  readonly doc: string;
}

function method(
  object: BridgeObject,
  name: string,
  parameters: readonly Parameter[],
  result: ResultKind,
  doc: string,
): BridgeCall {
  return { object, name, as: 'function', parameters, result, doc };
}
function getter(object: BridgeObject, name: string, result: ResultKind, doc: string): BridgeCall {
  return { object, name, as: 'get', parameters: [], result, doc };
}
function setter(object: BridgeObject, name: string, kind: ValueKind): BridgeCall {
  return { object, name, as: 'set', parameters: [{ name: 'value', kind }], result: 'void', doc: '' };
}

const GPA: Parameter = { name: 'gpa', kind: 'u64' };
const SPA: Parameter = { name: 'spa', kind: 'u64' };
const COUNT: Parameter = { name: 'count', kind: 'u32' };
const BYTES: Parameter = { name: 'bytes', kind: 'bytes' };
const value = (kind: ValueKind): Parameter => ({ name: 'value', kind });

const GUEST_ONLY =
  'There must be memory of the guest at all of it: ask `isMemory` first if the address comes from the guest.';
const OWN_ONLY =
  'Yours are the pages `host.allocatePage` gave you, this guest’s VMCB and permission maps, and pages of the guest that `guest.spaOf` named.';

function guestControl(name: string): string {
  return `${name} as the guest knows it. With \`"paging": "own"\` it is kept here once you have set it, and the VMCB’s is yours to make; until then, and under nested paging, it is the VMCB’s.`;
}

/** In the order of their numbers: a call is the index of its row. */
export const BRIDGE_CALLS = {
  guestRead8: method('vcpu.guest', 'read8', [GPA], 'u8', `A byte of guest-physical memory. ${GUEST_ONLY}`),
  guestRead16: method('vcpu.guest', 'read16', [GPA], 'u16', `Two bytes, the lower first. ${GUEST_ONLY}`),
  guestRead32: method('vcpu.guest', 'read32', [GPA], 'u32', `Four bytes, unsigned. ${GUEST_ONLY}`),
  guestRead64: method('vcpu.guest', 'read64', [GPA], 'u64', `Eight bytes, such as a page-table entry. ${GUEST_ONLY}`),
  guestWrite8: method('vcpu.guest', 'write8', [GPA, value('u8')], 'void', `Writes a byte. ${GUEST_ONLY}`),
  guestWrite16: method('vcpu.guest', 'write16', [GPA, value('u16')], 'void', `Writes two bytes. ${GUEST_ONLY}`),
  guestWrite32: method('vcpu.guest', 'write32', [GPA, value('u32')], 'void', `Writes four bytes. ${GUEST_ONLY}`),
  guestWrite64: method('vcpu.guest', 'write64', [GPA, value('u64')], 'void', `Writes eight bytes. ${GUEST_ONLY}`),
  guestReadBytes: method(
    'vcpu.guest',
    'readBytes',
    [GPA, COUNT],
    'bytes',
    `A copy of up to 65,536 bytes. ${GUEST_ONLY}`,
  ),
  guestWriteBytes: method('vcpu.guest', 'writeBytes', [GPA, BYTES], 'void', `Writes up to 65,536 bytes. ${GUEST_ONLY}`),
  guestIsMemory: method(
    'vcpu.guest',
    'isMemory',
    [GPA, { ...COUNT, initial: '1' }],
    'boolean',
    'Whether the guest has memory at all `count` bytes from a GPA up.',
  ),
  guestSpaOf: method(
    'vcpu.guest',
    'spaOf',
    [GPA],
    'u64',
    'The SPA where a byte of guest memory lies, for a page table you build. With `"paging": "own"` the guest’s memory is one run of system memory; else a page may not have been given one yet, and you are told so.',
  ),
  guestSize: getter('vcpu.guest', 'size', 'u64', 'Guest-physical memory ends below this address.'),

  hostRead8: method('host.memory', 'read8', [SPA], 'u8', `A byte of system memory. ${OWN_ONLY}`),
  hostRead16: method('host.memory', 'read16', [SPA], 'u16', `Two bytes. ${OWN_ONLY}`),
  hostRead32: method('host.memory', 'read32', [SPA], 'u32', `Four bytes, unsigned. ${OWN_ONLY}`),
  hostRead64: method('host.memory', 'read64', [SPA], 'u64', `Eight bytes, such as a page-table entry. ${OWN_ONLY}`),
  hostWrite8: method('host.memory', 'write8', [SPA, value('u8')], 'void', `Writes a byte. ${OWN_ONLY}`),
  hostWrite16: method('host.memory', 'write16', [SPA, value('u16')], 'void', `Writes two bytes. ${OWN_ONLY}`),
  hostWrite32: method('host.memory', 'write32', [SPA, value('u32')], 'void', `Writes four bytes. ${OWN_ONLY}`),
  hostWrite64: method('host.memory', 'write64', [SPA, value('u64')], 'void', `Writes eight bytes. ${OWN_ONLY}`),
  hostReadBytes: method('host.memory', 'readBytes', [SPA, COUNT], 'bytes', `A copy of up to 65,536 bytes. ${OWN_ONLY}`),
  hostWriteBytes: method('host.memory', 'writeBytes', [SPA, BYTES], 'void', `Writes up to 65,536 bytes. ${OWN_ONLY}`),

  allocatePage: method(
    'host',
    'allocatePage',
    [
      { ...COUNT, initial: '1' },
      { name: 'alignment', kind: 'u64', initial: '0x1000n' },
    ],
    'u64',
    'The SPA of `count` consecutive 4 KB pages of zeros, at a multiple of `alignment`. They are yours for good: keep their address.',
  ),
  cpuid: method(
    'host',
    'cpuid',
    [
      { name: 'leaf', kind: 'u32' },
      { name: 'subleaf', kind: 'u32', initial: '0' },
    ],
    'cpuid',
    'CPUID as the processor answers in host mode: `leaf` in EAX, `subleaf` in ECX.',
  ),
  rdmsr: method(
    'host',
    'rdmsr',
    [{ name: 'msr', kind: 'u32' }],
    'u64',
    'RDMSR in host mode. What VMLOAD and VMSAVE move holds the host’s values: the guest’s are in the VMCB.',
  ),
  wrmsr: method(
    'host',
    'wrmsr',
    [{ name: 'msr', kind: 'u32' }, value('u64')],
    'void',
    'WRMSR in host mode: of what a hypervisor sets for its guests (TSC_AUX, TSC_RATIO). The rest would take the host down, and is refused.',
  ),
  invlpga: method(
    'host',
    'invlpga',
    [
      { name: 'gva', kind: 'u64' },
      { name: 'asid', kind: 'u32' },
    ],
    'void',
    'INVLPGA: drops the translation of one page of an ASID. §15.16.2',
  ),
  time: getter('host', 'time', 'u64', 'Virtual time, in ns.'),
  tsc: getter('host', 'tsc', 'u64', 'The time-stamp counter, as RDTSC in host mode reads it: one tick a ns. §13.2.4'),
  console: method('host', 'console', [{ name: 'byte', kind: 'u8' }], 'void', 'Prints a byte on the guest’s console.'),

  exitTsc: getter(
    'vcpu',
    'exitTsc',
    'u64',
    'What the time-stamp counter showed when this guest was paused: at its last #VMEXIT, before the exit’s own cost; before its first VMRUN, when it was built.',
  ),
  vcpuId: getter('vcpu', 'id', 'u32', 'Number of the guest, from 0.'),
  guestCr0: getter('vcpu', 'guestCr0', 'u64', guestControl('CR0')),
  setGuestCr0: setter('vcpu', 'guestCr0', 'u64'),
  guestCr3: getter('vcpu', 'guestCr3', 'u64', guestControl('CR3')),
  setGuestCr3: setter('vcpu', 'guestCr3', 'u64'),
  guestCr4: getter('vcpu', 'guestCr4', 'u64', guestControl('CR4')),
  setGuestCr4: setter('vcpu', 'guestCr4', 'u64'),
  guestEfer: getter('vcpu', 'guestEfer', 'u64', guestControl('EFER')),
  setGuestEfer: setter('vcpu', 'guestEfer', 'u64'),
  dr0: getter('vcpu', 'dr0', 'u64', 'Guest DR0. No world switch moves it. §15.6'),
  setDr0: setter('vcpu', 'dr0', 'u64'),
  dr1: getter('vcpu', 'dr1', 'u64', 'Guest DR1. §15.6'),
  setDr1: setter('vcpu', 'dr1', 'u64'),
  dr2: getter('vcpu', 'dr2', 'u64', 'Guest DR2. §15.6'),
  setDr2: setter('vcpu', 'dr2', 'u64'),
  dr3: getter('vcpu', 'dr3', 'u64', 'Guest DR3. §15.6'),
  setDr3: setter('vcpu', 'dr3', 'u64'),

  log: method(
    '',
    'log',
    [{ name: 'text', kind: 'text' }],
    'void',
    'Shows a line to you, beside the guest’s console: `log(`leaf ${vcpu.eax.toString(16)}`)`.',
  ),
} as const satisfies Record<string, BridgeCall>;

export type CallName = keyof typeof BRIDGE_CALLS;
export const CALL_NAMES = Object.keys(BRIDGE_CALLS) as CallName[];

/** A function of the module that the module itself carries out, for the declarations. */
export interface WrittenFunction {
  readonly object: BridgeObject;
  readonly signature: string;
  readonly doc: string;
}

export const WRITTEN_FUNCTIONS: readonly WrittenFunction[] = [
  {
    object: '',
    signature: 'resume(): Outcome',
    doc: 'Goes on at the RIP of the VMCB. An event whose delivery the #VMEXIT cut short (EXITINTINFO) is delivered again.',
  },
  {
    object: '',
    signature: 'advance(bytes?: number): Outcome',
    doc: 'Goes on behind the intercepted instruction: at nRIP, or `bytes` after RIP where the processor has no NRIPS and leaves nRIP 0. It ends the interrupt shadow, clears RFLAGS.RF and takes the single-step trap, as the instruction’s completion would.',
  },
  {
    object: '',
    signature: 'inject(vector: number, errorCode?: number | bigint): Outcome',
    doc: 'The next VMRUN delivers this exception (EVENTINJ, TYPE 3) before the first guest instruction. §15.20',
  },
  {
    object: '',
    signature: 'halt(): Outcome',
    doc: 'Behind HLT; the guest sleeps until an interrupt can be injected, and stops for good if RFLAGS.IF is 0.',
  },
  { object: '', signature: 'stop(text: string): Outcome', doc: 'The guest stops for good; `text` says why.' },
  {
    object: '',
    signature: 'exitGuest(status: number): Outcome',
    doc: 'The guest has ended of its own will, with a status.',
  },
  {
    object: '',
    signature: 'builtIn(): Outcome',
    doc: 'What the built-in hypervisor does with this #VMEXIT. Changes you made to VMCB and registers stay.',
  },
  {
    object: '',
    signature: 'flushTlb(): void',
    doc: 'The next VMRUN drops every translation of this guest (TLB_CONTROL). §15.16.1',
  },
  {
    object: 'vcpu',
    signature: 'intercept(name: InterceptName, on: boolean): void',
    doc: 'Sets or clears one intercept bit of the VMCB. §15.9',
  },
  { object: 'vcpu', signature: 'intercepts(name: InterceptName): boolean', doc: 'Whether an intercept bit is set.' },
];
