/** Who may look at whom: a room imports from itself and from what its row names, and from nothing else. */

export interface Room {
  /** A folder, or one file without its ending. */
  readonly at: string;
  /** Rooms and single files it may import from. */
  readonly sees: readonly string[];
  /** Of those, the ones it may only take types from. */
  readonly typesOnly?: readonly string[];
  /** Packages it may import; `node:` stands for every module of Node. */
  readonly packages?: readonly string[];
}

const ARCH = 'src/engine/arch';
const PROBE = 'src/engine/probe';
const STATE = 'src/engine/state';
const ISA = 'src/engine/isa';
const FLOAT = 'src/engine/float';
const BUS = 'src/engine/bus';
const MMU = 'src/engine/mmu';
const SVM = 'src/engine/svm';
const EXEC = 'src/engine/exec';
const DEVICES = 'src/engine/devices';
const CPU = 'src/engine/cpu';
const MACHINE = 'src/engine/machine';
const HOST_MODE = 'src/engine/machine/host-mode';
const ENGINE = [ARCH, PROBE, STATE, ISA, FLOAT, BUS, MMU, SVM, EXEC, DEVICES, CPU, MACHINE] as const;

/** From the ground up. Where two rows fit a file, the longer one is its room. */
export const ROOMS: readonly Room[] = [
  { at: 'src/engine/wasm', sees: [] },
  { at: ARCH, sees: [] },
  { at: PROBE, sees: [ARCH] },
  { at: STATE, sees: [ARCH] },
  { at: ISA, sees: [ARCH] },
  { at: FLOAT, sees: [ARCH] },
  { at: BUS, sees: [ARCH, PROBE] },
  { at: MMU, sees: [ARCH, STATE, PROBE] },
  { at: SVM, sees: [ARCH, STATE, PROBE] },
  { at: EXEC, sees: [ISA, ARCH, STATE, FLOAT] },
  { at: DEVICES, sees: [ARCH, BUS] },
  { at: CPU, sees: [ARCH, PROBE, STATE, ISA, FLOAT, BUS, MMU, SVM, EXEC] },
  { at: MACHINE, sees: [ARCH, PROBE, STATE, ISA, BUS, MMU, SVM, EXEC, DEVICES, CPU] },
  { at: 'src/assembler', sees: [ARCH, ISA] },
  {
    at: 'src/hypervisor',
    sees: [
      ARCH,
      ISA,
      'src/engine/state/vmcb',
      'src/engine/state/permission-maps',
      HOST_MODE,
      'src/engine/machine/board',
      DEVICES,
      BUS,
      PROBE,
    ],
  },
  { at: 'src/protocol', sees: [ARCH], typesOnly: [ARCH] },
  { at: 'src/labs', sees: [ARCH, 'src/protocol'] },
  { at: 'labs', sees: ['src/labs', ARCH] },
  {
    at: 'src/sandbox',
    sees: ['src/hypervisor', HOST_MODE, 'src/engine/state/vmcb', ARCH],
    packages: ['quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync', 'sucrase'],
  },
  {
    at: 'src/session',
    sees: [...ENGINE, 'src/assembler', 'src/hypervisor', 'src/sandbox', 'src/protocol', 'src/labs', 'labs'],
    packages: ['iced-x86'],
  },
  { at: 'src/port', sees: [], packages: ['node:'] },
  {
    at: 'src/debug',
    sees: ['src/session', 'src/protocol', 'src/port'],
    packages: ['@vscode/debugadapter', '@vscode/debugprotocol', '#port'],
  },
  { at: 'src/grader', sees: ['src/session', 'src/protocol', 'src/port'], packages: ['#port'] },
  { at: 'src/cli', sees: ['src/session', 'src/protocol', 'src/labs', 'labs'], packages: ['node:'] },
  { at: 'src/language', sees: ['src/assembler', 'src/protocol', 'src/port'], packages: ['#port'] },
  {
    at: 'src/vscode',
    sees: ['src/protocol', 'src/labs', 'labs'],
    packages: ['vscode', '@vscode/debugprotocol', 'node:', '#thread'],
  },
  { at: 'src/extension', sees: ['src/vscode'], packages: ['vscode'] },
  { at: 'webview', sees: ['src/protocol', ARCH], packages: ['@vscode/webview-ui-toolkit', 'markdown-it'] },
];
