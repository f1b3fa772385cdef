/** Writes labs/pacifica.d.ts: what an editor tells of the module 'pacifica', from the tables the module itself is made of. */
import { EXIT_CODES, type ExitCode, type ExitName } from '../../engine/arch/exit-codes';
import { INTERCEPTS } from '../../engine/arch/intercepts';
import { MANUAL } from '../../engine/arch/manual';
import { CONSTANT_GROUPS, CPUID_CONSTANTS, EXIT_CODE_CONSTANTS, hexadecimal, sectionText } from './constants';
import {
  BRIDGE_CALLS,
  CALL_NAMES,
  WRITTEN_FUNCTIONS,
  type BridgeCall,
  type BridgeObject,
  type ResultKind,
  type ValueKind,
} from './interface';
import { REGISTER_PROPERTIES, VMCB_PROPERTIES, type MailProperty } from './registers';

const TYPES: Record<ValueKind | ResultKind, string> = {
  u64: 'bigint',
  u32: 'number',
  u16: 'number',
  u8: 'number',
  boolean: 'boolean',
  bytes: 'Uint8Array',
  text: 'string',
  cpuid: 'CpuidAnswer',
  void: 'void',
};

export function declarations(): string {
  return `${HEADER}
declare module 'pacifica' {
${indented(body())}
}
`;
}

const HEADER = `/**
 * What a hypervisor's software in TypeScript may use. Generated: change the tables it is made of, not this file.
 *
 * One rule for numbers: what is 64 bits wide (general registers, addresses, page-table entries, 64-bit VMCB fields) is a bigint,
 * what is narrower is a number. GPA is a guest-physical address, SPA a system-physical one; § is a section of
 * ${MANUAL.short}, revision ${MANUAL.revision}.
 */`;

function body(): string {
  return [
    `${comment('What happens after a #VMEXIT: made by resume(), advance(), inject(), halt(), stop(), exitGuest() or builtIn().')}
export interface Outcome {
  readonly [outcome]: never;
}
const outcome: unique symbol;
${comment('A file exports any of `setUp(vcpu)`: once, before the first VMRUN; `beforeEntry(vcpu)`: right before each VMRUN; and\n`exits: Handlers`. What it remembers is in its variables, or in pages of host.allocatePage.')}
export type SetUp = (vcpu: Vcpu) => Outcome | void;
export type BeforeEntry = (vcpu: Vcpu) => Outcome | void;`,
    writtenTexts(''),
    callTexts(''),
    `${comment("A guest's virtual processor, between #VMEXIT and VMRUN.")}
export interface Vcpu {
  ${comment("The guest's virtual machine control block.")}
  readonly vmcb: Vmcb;
  ${comment("The guest's physical memory.")}
  readonly guest: GuestMemory;
${indented([callTexts('vcpu'), writtenTexts('vcpu'), REGISTER_PROPERTIES.map(propertyText).join('\n')].join('\n'))}
}`,
    `${comment("The guest's physical memory.")}
export interface GuestMemory {
${indented(callTexts('vcpu.guest'))}
}`,
    `${comment('The processor in host mode.')}
export interface Host {
  ${comment('System memory, as far as it is yours.')}
  readonly memory: HostMemory;
${indented(callTexts('host'))}
}
export const host: Host;`,
    `${comment('System memory, as far as it is yours.')}
export interface HostMemory {
${indented(callTexts('host.memory'))}
}`,
    `${comment('What CPUID answers: four registers, unsigned.')}
export interface CpuidAnswer {
  eax: number;
  ebx: number;
  ecx: number;
  edx: number;
}`,
    `${comment("The guest's virtual machine control block, field by field. Appendix B")}
export interface Vmcb {
${indented(VMCB_PROPERTIES.map(propertyText).join('\n'))}
}`,
    `${comment('Your answers to #VMEXITs, by the name of their EXITCODE. What you leave out, the built-in hypervisor answers.')}
export interface Handlers {
${indented((Object.keys(EXIT_CODES) as ExitName[]).map(handlerText).join('\n'))}
}`,
    ...CONSTANT_GROUPS.map(
      ({ title, constants }) =>
        `// ${title}\n${constants.map(({ name, value, doc }) => `${comment(doc)}\nexport const ${name} = ${literal(value)};`).join('\n')}`,
    ),
    `${comment('Values of EXITCODE. Appendix C')}
export const EXITCODE: {
${indented(EXIT_CODE_CONSTANTS.map(({ name, value }) => `readonly ${name}: ${literal(value)};`).join('\n'))}
};`,
    `${comment('Where CPUID reports a feature.')}
export interface CpuidFeature {
  /** EAX and ECX of the question. */
  readonly leaf: number;
  readonly subleaf: number;
  readonly register: 'eax' | 'ebx' | 'ecx' | 'edx';
  /** The feature's bit in that register. */
  readonly mask: number;
}
export const CPUID: {
${indented(CPUID_CONSTANTS.map(({ name, doc }) => `${comment(doc)}\nreadonly ${name}: CpuidFeature;`).join('\n'))}
};`,
    `${comment('Names of the intercept bits. §15.9')}
export type InterceptName =
${Object.keys(INTERCEPTS)
  .map((name) => `  | '${name}'`)
  .join('\n')};`,
    'export {};',
  ].join('\n\n');
}

function callsOf(object: BridgeObject): readonly BridgeCall[] {
  return CALL_NAMES.map((name): BridgeCall => BRIDGE_CALLS[name]).filter((call) => call.object === object);
}

function callTexts(object: BridgeObject): string {
  const calls = callsOf(object);
  return calls
    .filter(({ as }) => as !== 'set')
    .map((call) => {
      if (call.as === 'get') {
        const writable = calls.some(({ as, name }) => as === 'set' && name === call.name);
        return `${comment(call.doc)}\n${writable ? '' : 'readonly '}${call.name}: ${TYPES[call.result]};`;
      }
      const parameters = call.parameters.map(
        ({ name, kind, initial }) => `${name}${initial === undefined ? '' : '?'}: ${TYPES[kind]}`,
      );
      const head = object === '' ? 'export function ' : '';
      return `${comment(call.doc)}\n${head}${call.name}(${parameters.join(', ')}): ${TYPES[call.result]};`;
    })
    .join('\n');
}

function writtenTexts(object: BridgeObject): string {
  return WRITTEN_FUNCTIONS.filter((written) => written.object === object)
    .map(({ signature, doc }) => `${comment(doc)}\n${object === '' ? 'export function ' : ''}${signature};`)
    .join('\n');
}

function propertyText({ name, size, doc }: MailProperty): string {
  const type = size === 8 ? 'bigint' : size <= 4 ? 'number' : 'Uint8Array';
  return `${comment(doc)}\n${name}: ${type};`;
}

function handlerText(name: ExitName): string {
  const row: ExitCode = EXIT_CODES[name];
  const lines = [`EXITCODE ${row.code < 0 ? String(row.code) : hexadecimal(row.code)}. ${sectionText(row.section)}`];
  if (row.note) lines.push('', `${row.note}.`);
  const info = (title: string, fields: ExitCode['exitInfo1']): void => {
    if (fields.length === 0) return;
    lines.push('', `${title}:`);
    for (const { name: field, hi, lo, meaning } of fields) {
      lines.push(`- ${hi === lo ? `bit ${lo}` : `bits ${hi}:${lo}`} ${field}: ${meaning}`);
    }
  };
  info('EXITINFO1', row.exitInfo1);
  info('EXITINFO2', row.exitInfo2);
  lines.push('', row.nRip ? 'nRIP is written where the processor has NRIPS.' : 'nRIP is 0.');
  return `${comment(lines.join('\n'))}\n${name}?(vcpu: Vcpu): Outcome;`;
}

function comment(text: string): string {
  const lines = text.replaceAll('*/', '* /').split('\n');
  if (lines.length === 1) return `/** ${lines[0]!} */`;
  return ['/**', ...lines.map((line) => (line === '' ? ' *' : ` * ${line}`)), ' */'].join('\n');
}

function literal(value: bigint | number): string {
  if (typeof value === 'bigint') return `0x${value.toString(16)}n`;
  return value < 0x80 ? String(value) : `0x${value.toString(16)}`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n');
}
