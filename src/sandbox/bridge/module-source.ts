/** Writes the module 'pacifica' as the sandbox runs it, from the tables of the bridge. */
import { EXIT_CODES } from '../../engine/arch/exit-codes';
import { INTERCEPTS } from '../../engine/arch/intercepts';
import { CPUID_FEATURES, SVM_LEAF } from '../../engine/arch/cpuid';
import { INTERCEPT_WORD_OFFSETS, TLB_CONTROL_FLUSH_ALL, TLB_CONTROL_FLUSH_ASID, VMCB } from '../../engine/arch/vmcb';
import {
  MAIL_BYTES,
  MAIL_CALL,
  MAIL_SLOTS,
  MAIL_STATUS,
  MAIL_VMCB,
  MOST_BYTES,
  MOST_UNITS,
  STATUS_DONE,
} from '../mailbox';
import { CONSTANT_GROUPS, CPUID_CONSTANTS, EXIT_CODE_CONSTANTS } from './constants';
import { BRIDGE_CALLS, CALL_NAMES, type BridgeCall, type BridgeObject, type Parameter } from './interface';
import { REGISTER_PROPERTIES, VMCB_PROPERTIES, type MailProperty } from './registers';

/** Names that are not there, and what to use instead. */
const ABSENT_GLOBALS: Readonly<Record<string, string>> = {
  console: "use log(text) from 'pacifica'",
  Date: "there is no clock but virtual time: host.time from 'pacifica'",
  performance: "there is no clock but virtual time: host.time from 'pacifica'",
  setTimeout: 'a handler answers at once; nothing runs between two exits',
  setInterval: 'a handler answers at once; nothing runs between two exits',
  queueMicrotask: 'a handler answers at once; nothing runs between two exits',
  require: "a handler file imports from 'pacifica' only",
  process: 'the sandbox has no process: what a hypervisor may use is in the module pacifica',
  fetch: 'the sandbox has no network',
  eval: 'code that is not in the file cannot be run',
};

/** What `adopt` leaves in the mailbox's bytes: one for setUp, one for beforeEntry, then one for each exit. */
export const ADOPTED_SET_UP = 0;
export const ADOPTED_BEFORE_ENTRY = 1;
export const ADOPTED_EXITS = 2;

/** What `run` answers: how the slots are to be read. */
export const ANSWERS = ['nothing', 'resume', 'advance', 'inject', 'halt', 'stop', 'exitGuest', 'builtIn'] as const;
export type Answer = (typeof ANSWERS)[number];

const WIDTH = { u64: 64, u32: 32, u16: 16, u8: 8 } as const;
const slot64 = (slot: number): number => MAIL_SLOTS / 8 + slot;
const slot32 = (slot: number): number => MAIL_SLOTS / 4 + slot * 2;

export function moduleSource(): string {
  return [
    PRELUDE,
    constantsSource(),
    objectSource('vmcbPrototype', 'vmcb', VMCB_PROPERTIES, []),
    objectSource('guestPrototype', 'vcpu.guest', [], callsOf('vcpu.guest')),
    objectSource('vcpuPrototype', 'vcpu', REGISTER_PROPERTIES, callsOf('vcpu')),
    objectSource('memoryPrototype', 'host.memory', [], callsOf('host.memory')),
    objectSource('hostPrototype', 'host', [], callsOf('host')),
    ...callsOf('').map((call) => `export ${functionSource(call, '')}`),
    epilogue(),
  ].join('\n');
}

function callsOf(object: BridgeObject): BridgeCall[] {
  return CALL_NAMES.map((name): BridgeCall => BRIDGE_CALLS[name]).filter((call) => call.object === object);
}

const PRELUDE = `
const box = globalThis.__pacifica;
delete globalThis.__pacifica;
const { bridge, buffer } = box;
const { apply, ownKeys } = Reflect;
const { freeze, create, defineProperty, getOwnPropertyDescriptor, isExtensible } = Object;
const { isInteger } = Number;
const Bytes = Uint8Array, Failure = Error, Wrong = TypeError, Range = RangeError, words = String;
const u8 = new Uint8Array(buffer), u16 = new Uint16Array(buffer), u32 = new Uint32Array(buffer), u64 = new BigUint64Array(buffer);

function show(value) {
  switch (typeof value) {
    case 'bigint': return value < 0n ? words(value) : '0x' + value.toString(16) + 'n';
    case 'string': return 'a text';
    case 'number': case 'boolean': case 'undefined': return words(value);
    case 'function': return 'a function';
    default: return value === null ? 'null' : 'an object';
  }
}
function big(value, what) {
  if (typeof value !== 'bigint') {
    throw new Wrong(what + ' is 64 bits wide and takes a bigint, such as 0x1000n or BigInt(x), not ' + show(value));
  }
  if (value < -0x8000000000000000n || value > 0xffffffffffffffffn) throw new Range(what + ' is 64 bits wide: ' + show(value) + ' does not fit');
  return value;
}
function int(value, bits, what) {
  if (typeof value !== 'number') {
    throw new Wrong(what + ' is ' + bits + ' bits wide and takes a number' + (typeof value === 'bigint' ? ', such as Number(x), not the bigint ' : ', not ') + show(value));
  }
  if (!isInteger(value) || value < -(2 ** (bits - 1)) || value >= 2 ** bits) throw new Range(what + ' is ' + bits + ' bits wide: ' + show(value) + ' does not fit');
  return value;
}
function array(value, size, what) {
  if (!(value instanceof Bytes)) throw new Wrong(what + ' takes a Uint8Array, not ' + show(value));
  if (size === undefined ? value.length > ${MOST_BYTES} : value.length !== size) {
    throw new Range(what + (size === undefined ? ' takes at most ${MOST_BYTES} bytes at once' : ' has ' + size + ' bytes') + ', not ' + value.length);
  }
  return value;
}
function put(bytes, at) {
  for (let n = 0; n < bytes.length; n++) u8[at + n] = bytes[n];
}
function copy(at, count) {
  const bytes = new Bytes(count);
  for (let n = 0; n < count; n++) bytes[n] = u8[at + n];
  return bytes;
}
function putText(value) {
  const count = value.length > ${MOST_UNITS} ? ${MOST_UNITS} : value.length;
  for (let n = 0; n < count; n++) u16[${MAIL_BYTES / 2} + n] = apply(charCodeAt, value, [n]);
  return count;
}
const { charCodeAt } = words.prototype;
function call(number) {
  u32[${MAIL_CALL / 4}] = number;
  bridge();
  if (u32[${MAIL_STATUS / 4}] === ${STATUS_DONE}) return;
  let message = '';
  for (let n = 0, count = u32[${slot32(0)}]; n < count; n++) message += words.fromCharCode(u16[${MAIL_BYTES / 2} + n]);
  throw new Failure(message);
}
const known = { __proto__: null, toString: 1, valueOf: 1, toJSON: 1, constructor: 1, then: 1, hasOwnProperty: 1, isPrototypeOf: 1 };
/** Under every object of the module: a name it does not have is an error, not undefined. */
function strict(name, hint) {
  return new Proxy(freeze(create(null)), {
    get(target, key) {
      if (typeof key === 'symbol' || key === '__proto__' || key in known) return undefined;
      throw new Wrong(name + ' has no ' + key + hint);
    },
    set(target, key) {
      throw new Wrong(name + ' has no ' + words(key) + hint);
    },
  });
}
`;

function constantsSource(): string {
  const lines = CONSTANT_GROUPS.flatMap(({ constants }) =>
    constants.map(({ name, value }) => `export const ${name} = ${literal(value)};`),
  );
  const codes = EXIT_CODE_CONSTANTS.map(({ name, value }) => `${name}: ${literal(value)}`);
  lines.push(`export const EXITCODE = freeze({ ${codes.join(', ')} });`);
  const features = CPUID_CONSTANTS.map(
    ({ name, leaf, subleaf, register, mask }) =>
      `${name}: freeze({ leaf: ${leaf}, subleaf: ${subleaf}, register: '${register}', mask: ${mask} })`,
  );
  lines.push(`export const CPUID = freeze({ ${features.join(', ')} });`);
  return lines.join('\n');
}

function literal(value: bigint | number): string {
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

function objectSource(
  variable: string,
  title: string,
  properties: readonly MailProperty[],
  calls: readonly BridgeCall[],
): string {
  const hint = title === 'vmcb' ? `' (fields are written as the tables have them: exitCode, nRip, guestAsid)'` : `''`;
  const members = [
    ...properties.map((property) => propertySource(property, title)),
    ...calls.map((call) => functionSource(call, title)),
  ];
  return `const ${variable} = { __proto__: strict('${title}', ${hint}),\n${members.join(',\n')}\n};`;
}

function propertySource({ name, at, size, zeroExtends }: MailProperty, title: string): string {
  const what = JSON.stringify(`${title}.${name}`);
  const [get, set] =
    size === 8
      ? [`return u64[${at / 8}];`, `u64[${at / 8}] = big(value, ${what});`]
      : size === 4
        ? [
            `return u32[${at / 4}];`,
            `u32[${at / 4}] = int(value, 32, ${what});${zeroExtends ? ` u32[${at / 4 + 1}] = 0;` : ''}`,
          ]
        : size === 2
          ? [`return u16[${at / 2}];`, `u16[${at / 2}] = int(value, 16, ${what});`]
          : size === 1
            ? [`return u8[${at}];`, `u8[${at}] = int(value, 8, ${what});`]
            : [`return copy(${at}, ${size});`, `put(array(value, ${size}, ${what}), ${at});`];
  return `get ${name}() { ${get} },\nset ${name}(value) { ${set} }`;
}

function functionSource(bridgeCall: BridgeCall, title: string): string {
  const { name, as, parameters, result } = bridgeCall;
  const number = CALL_NAMES.findIndex((key) => BRIDGE_CALLS[key] === bridgeCall);
  const list = parameters
    .map(({ name: parameter, initial }) => parameter + (initial ? ` = ${initial}` : ''))
    .join(', ');
  const where = title === '' ? name : `${title}.${name}`;
  const puts = parameters.map((parameter, slot) =>
    argumentSource(parameter, slot, as === 'set' ? where : `${where}: ${parameter.name}`),
  );
  const body = [...puts, `call(${number});`, resultSource(result)].join(' ');
  const head = as === 'function' ? (title === '' ? `function ${name}` : name) : `${as} ${name}`;
  return `${head}(${list}) { ${body} }`;
}

function argumentSource({ name, kind }: Parameter, slot: number, what: string): string {
  const label = JSON.stringify(what);
  switch (kind) {
    case 'u64':
      return `u64[${slot64(slot)}] = big(${name}, ${label});`;
    case 'boolean':
      return `u32[${slot32(slot)}] = ${name} ? 1 : 0;`;
    case 'bytes':
      return `put(array(${name}, undefined, ${label}), ${MAIL_BYTES}); u32[${slot32(slot)}] = ${name}.length;`;
    case 'text':
      return `u32[${slot32(slot)}] = putText(words(${name}));`;
    default:
      return `u32[${slot32(slot)}] = int(${name}, ${WIDTH[kind]}, ${label});`;
  }
}

function resultSource(result: BridgeCall['result']): string {
  switch (result) {
    case 'void':
      return '';
    case 'u64':
      return `return u64[${slot64(0)}];`;
    case 'boolean':
      return `return u32[${slot32(0)}] !== 0;`;
    case 'bytes':
      return `return copy(${MAIL_BYTES}, u32[${slot32(0)}]);`;
    case 'cpuid':
      return `return { eax: u32[${slot32(0)}], ebx: u32[${slot32(1)}], ecx: u32[${slot32(2)}], edx: u32[${slot32(3)}] };`;
    default:
      return `return u32[${slot32(0)}];`;
  }
}

function epilogue(): string {
  const answer = (name: Answer): number => ANSWERS.indexOf(name);
  const intercepts = Object.entries(INTERCEPTS).map(
    ([name, { vector, bit }]) => `${name}: [${(MAIL_VMCB + INTERCEPT_WORD_OFFSETS[vector]) / 4}, ${bit}]`,
  );
  const nRip = (MAIL_VMCB + VMCB.nRip.offset) / 8;
  const tlbControl = MAIL_VMCB + VMCB.tlbControl.offset;
  const flushByAsid = CPUID_FEATURES.FLUSH_BY_ASID.bit;
  const exits = Object.keys(EXIT_CODES);
  return `
const INTERCEPT_BITS = { __proto__: null, ${intercepts.join(', ')} };
function interceptBit(name) {
  const place = typeof name === 'string' ? INTERCEPT_BITS[name] : undefined;
  if (!place) throw new Wrong('there is no intercept ' + (typeof name === 'string' ? "'" + name + "'" : show(name)) + ": names are the manual's, such as 'CPUID', 'CR3_WRITE', 'EXCEPTION_PF'");
  return place;
}
const vmcb = freeze(create(freeze(vmcbPrototype)));
const guest = freeze(create(freeze(guestPrototype)));
defineProperty(vcpuPrototype, 'vmcb', { value: vmcb });
defineProperty(vcpuPrototype, 'guest', { value: guest });
defineProperty(vcpuPrototype, 'intercept', { value: freeze(function intercept(name, on) {
  const place = interceptBit(name), word = place[0], bit = place[1];
  if (typeof on !== 'boolean') throw new Wrong("vcpu.intercept('" + name + "', on): on is true or false, not " + show(on));
  if (on) u32[word] |= 1 << bit;
  else u32[word] &= ~(1 << bit);
}) });
defineProperty(vcpuPrototype, 'intercepts', { value: freeze(function intercepts(name) {
  const place = interceptBit(name), word = place[0], bit = place[1];
  return (u32[word] & (1 << bit)) !== 0;
}) });
const vcpu = freeze(create(freeze(vcpuPrototype)));
defineProperty(hostPrototype, 'memory', { value: freeze(create(freeze(memoryPrototype))) });
export const host = freeze(create(freeze(hostPrototype)));

class Outcome {
  #kind; #value; #errorCode; #text;
  constructor(kind, value = 0, errorCode = undefined, words = undefined) {
    this.#kind = kind; this.#value = value; this.#errorCode = errorCode; this.#text = words;
    freeze(this);
  }
  static is(value) { return typeof value === 'object' && value !== null && #kind in value; }
  static leave(outcome) {
    if (outcome.#text !== undefined) u32[${slot32(0)}] = putText(outcome.#text);
    else u32[${slot32(0)}] = outcome.#value;
    u32[${slot32(1)}] = outcome.#errorCode === undefined ? 0 : 1;
    u32[${slot32(2)}] = outcome.#errorCode ?? 0;
    return outcome.#kind;
  }
}
const isOutcome = Outcome.is, leave = Outcome.leave;
delete Outcome.is; delete Outcome.leave; delete Outcome.prototype.constructor;
freeze(Outcome); freeze(Outcome.prototype);
const RESUME = new Outcome(${answer('resume')}), HALT = new Outcome(${answer('halt')}), BUILT_IN = new Outcome(${answer('builtIn')});
export function resume() { return RESUME; }
export function halt() { return HALT; }
export function builtIn() { return BUILT_IN; }
export function advance(bytes = undefined) {
  if (bytes === undefined) {
    if (u64[${nRip}] === 0n) throw new Failure('advance(): nRIP is 0, so the processor did not say where the next instruction is (§15.7.1): give the length of this one, advance(bytes)');
    return new Outcome(${answer('advance')}, 0);
  }
  if (typeof bytes !== 'number' || !isInteger(bytes) || bytes < 1 || bytes > 15) {
    throw new Range('advance(bytes): an instruction has 1 to 15 bytes, not ' + show(bytes));
  }
  return new Outcome(${answer('advance')}, bytes);
}
export function inject(vector, errorCode = undefined) {
  if (typeof vector !== 'number' || !isInteger(vector) || vector < 0 || vector > 31) {
    throw new Range('inject(vector): exceptions have the vectors 0 to 31, such as VECTOR_GP, not ' + show(vector));
  }
  if (errorCode === undefined) return new Outcome(${answer('inject')}, vector);
  const code = typeof errorCode === 'bigint' ? errorCode : isInteger(errorCode) ? BigInt(errorCode) : -1n;
  if (code < 0n || code > 0xffffffffn) throw new Range('inject(vector, errorCode): an error code is 32 bits wide: ' + show(errorCode) + ' does not fit');
  return new Outcome(${answer('inject')}, vector, Number(code));
}
export function stop(why) {
  if (typeof why !== 'string') throw new Wrong('stop(text) takes a text that says why, not ' + show(why));
  return new Outcome(${answer('stop')}, 0, undefined, why);
}
export function exitGuest(status) { return new Outcome(${answer('exitGuest')}, int(status, 32, 'exitGuest(status)')); }
let flush;
export function flushTlb() {
  flush ??= host.cpuid(${SVM_LEAF}).edx & ${2 ** flushByAsid} ? ${TLB_CONTROL_FLUSH_ASID} : ${TLB_CONTROL_FLUSH_ALL};
  u8[${tlbControl}] = flush;
}

const EXITS = ${JSON.stringify(exits)};
const PLACES = { __proto__: null, ${exits.map((name, n) => `${name}: ${ADOPTED_EXITS + n}`).join(', ')} };
const handlers = [];
let exitsObject;
function member(object, key, what) {
  const value = object[key];
  if (typeof value !== 'function') throw new Wrong(what + ' must be a function, not ' + show(value));
  return value;
}
/** Takes the functions a module exports; the mailbox says which there are. */
box.adopt = function adopt(exported) {
  for (let n = 0; n < ${ADOPTED_EXITS} + EXITS.length; n++) u8[${MAIL_BYTES} + n] = 0;
  const keys = ownKeys(exported);
  for (let k = 0; k < keys.length; k++) {
    const key = keys[k];
    if (typeof key === 'symbol') continue;
    if (key === 'setUp' || key === 'beforeEntry') {
      const place = key === 'setUp' ? ${ADOPTED_SET_UP} : ${ADOPTED_BEFORE_ENTRY};
      handlers[place] = member(exported, key, key);
      u8[${MAIL_BYTES} + place] = 1;
    } else if (key === 'exits') {
      exitsObject = exported.exits;
      if (typeof exitsObject !== 'object' || exitsObject === null) throw new Wrong("exits must be an object such as { VMEXIT_CPUID(vcpu) { ... } }, not " + show(exitsObject));
      const names = ownKeys(exitsObject);
      for (let m = 0; m < names.length; m++) {
        const name = names[m];
        const place = typeof name === 'string' ? PLACES[name] : undefined;
        if (place === undefined) throw new Wrong("exits has a key '" + words(name) + "', and there is no such EXITCODE: names are the manual's, such as VMEXIT_CPUID, VMEXIT_NPF, VMEXIT_EXCP_PF");
        handlers[place] = member(exitsObject, name, 'exits.' + name);
        u8[${MAIL_BYTES} + place] = 1;
      }
    } else throw new Wrong("'" + key + "' is exported, and nobody asks for it: a handler file exports setUp, beforeEntry and exits");
  }
};
/** Runs the one the mailbox names: what it answered is there afterwards. */
box.run = function run() {
  u32[${MAIL_CALL / 4}] = answerOf(u32[${MAIL_CALL / 4}]);
};
function answerOf(place) {
  const answer = apply(handlers[place], place < ${ADOPTED_EXITS} ? undefined : exitsObject, [vcpu]);
  if (isOutcome(answer)) return leave(answer);
  const name = place === ${ADOPTED_SET_UP} ? 'setUp' : place === ${ADOPTED_BEFORE_ENTRY} ? 'beforeEntry' : EXITS[place - ${ADOPTED_EXITS}];
  if (answer === undefined) {
    if (place < ${ADOPTED_EXITS}) return ${answer('nothing')};
    throw new Wrong(name + ' returned nothing: it must return what happens next, such as advance(), resume() or inject(VECTOR_GP, 0)');
  }
  const then = typeof answer === 'object' && answer !== null && 'then' in answer;
  if (then) throw new Wrong(name + ' returned a promise: a handler answers at once; leave out async');
  throw new Wrong(name + ' returned ' + show(answer) + ': it must return what resume(), advance(), inject(), halt(), stop(), exitGuest() or builtIn() gives');
}

Math.random = () => { throw new Failure('there is no chance here: Math.random would make two runs differ'); };
delete globalThis.eval;
const ABSENT = ${JSON.stringify(ABSENT_GLOBALS)};
for (const name of ownKeys(ABSENT)) {
  defineProperty(globalThis, name, { configurable: false, get() { throw new Failure("there is no '" + name + "' here: " + ABSENT[name]); } });
}
`;
}
