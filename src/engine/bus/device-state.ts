// A device declares the shape of what it remembers; saving and restoring are derived from the declaration.
// What is not in a device's declared state does not exist: snapshots, replay and time travel rest on it.

/** Plain data as it may stand in a saved state: no functions, no references to living objects. */
export type StateValue =
  number | string | boolean | Uint8Array | readonly StateValue[] | { readonly [field: string]: StateValue };

/** What a device, the clock or a bus hands to a snapshot. */
export type DeviceState = { readonly [field: string]: StateValue };

interface IntegerShape {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
}
interface FlagShape {
  readonly kind: 'flag';
}
interface TextShape {
  readonly kind: 'text';
}
interface BytesShape {
  readonly kind: 'bytes';
  readonly length: number;
  /** Replaced by the device, never changed: states share them. */
  readonly constant: boolean;
}
interface ListShape<T extends Shape = Shape> {
  readonly kind: 'list';
  readonly of: T;
  readonly longest: number;
}
interface RecordShape<F extends Fields = Fields> {
  readonly kind: 'record';
  readonly fields: F;
}
export type Shape =
  | IntegerShape
  | FlagShape
  | TextShape
  | BytesShape
  | { readonly kind: 'list'; readonly of: Shape; readonly longest: number }
  | { readonly kind: 'record'; readonly fields: Fields };

export interface Fields {
  readonly [field: string]: Shape;
}

/** The working type of a value of that shape: mutable, so that a device may use it as its registers. */
export type ValueOf<S extends Shape> = S extends IntegerShape
  ? number
  : S extends FlagShape
    ? boolean
    : S extends TextShape
      ? string
      : S extends BytesShape
        ? Uint8Array
        : S extends { readonly kind: 'list'; readonly of: infer E extends Shape }
          ? ValueOf<E>[]
          : S extends { readonly kind: 'record'; readonly fields: infer F extends Fields }
            ? StateOf<F>
            : never;

export type StateOf<F extends Fields> = { -readonly [K in keyof F]: ValueOf<F[K]> };

export const integer = (min: number, max: number): IntegerShape => ({ kind: 'integer', min, max });
export const list = <T extends Shape>(of: T, longest = Infinity): ListShape<T> => ({ kind: 'list', of, longest });
export const record = <F extends Fields>(fields: F): RecordShape<F> => ({ kind: 'record', fields });
export const bytes = (length: number): BytesShape => ({ kind: 'bytes', length, constant: false });
export const constantBytes = (length: number): BytesShape => ({ kind: 'bytes', length, constant: true });
export const TEXT: TextShape = { kind: 'text' };
export const FLAG: FlagShape = { kind: 'flag' };
export const U8 = integer(0, 0xff);
export const U16 = integer(0, 0xffff);
export const U32 = integer(0, 0xffff_ffff);
/** Anything counted from 0 upward. */
export const COUNT = integer(0, Number.MAX_SAFE_INTEGER);
/** A moment of virtual time, in nanoseconds. */
export const TIME = COUNT;

/** A state that cannot be restored: truncated, of another kind of device, or out of range. */
export class DeviceStateError extends Error {
  override readonly name = 'DeviceStateError';
}

/** Deep copy of a device's registers (but for bytes that are constant), marked with the kind of device it came from. */
export function saveFields<F extends Fields>(kind: string, fields: F, value: StateOf<F>): DeviceState {
  return { kind, ...copyFields(kind, fields, value as DeviceState) };
}

/**
 * Deep copy of a saved state as registers, checked field by field.
 * It throws before anything is returned, so a refused restore leaves the device as it was.
 */
export function loadFields<F extends Fields>(kind: string, fields: F, saved: DeviceState): StateOf<F> {
  if (!isRecord(saved)) throw new DeviceStateError(`${kind}: the saved state is ${describe(saved)}, not a record`);
  if (saved.kind !== kind) {
    throw new DeviceStateError(`${kind}: the saved state is of kind ${describe(saved.kind)}`);
  }
  const { kind: _, ...rest } = saved;
  return copyFields(kind, fields, rest) as StateOf<F>;
}

function copyFields(path: string, fields: Fields, value: DeviceState): { [field: string]: StateValue } {
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) throw new DeviceStateError(`${path}: unknown field ${name} in the saved state`);
  }
  const copy: { [field: string]: StateValue } = {};
  for (const [name, shape] of Object.entries(fields)) {
    copy[name] = copyValue(`${path}.${name}`, shape, Object.hasOwn(value, name) ? value[name] : undefined);
  }
  return copy;
}

function copyValue(path: string, shape: Shape, value: StateValue | undefined): StateValue {
  switch (shape.kind) {
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < shape.min || value > shape.max) {
        throw mismatch(path, `an integer from ${shape.min} to ${shape.max}`, value);
      }
      return value;
    case 'flag':
      if (typeof value !== 'boolean') throw mismatch(path, 'true or false', value);
      return value;
    case 'text':
      if (typeof value !== 'string') throw mismatch(path, 'a text', value);
      return value;
    case 'bytes':
      if (!(value instanceof Uint8Array) || value.length !== shape.length) {
        throw mismatch(path, `${shape.length} bytes`, value);
      }
      return shape.constant ? value : value.slice();
    case 'list':
      if (!Array.isArray(value) || value.length > shape.longest) {
        throw mismatch(path, shape.longest === Infinity ? 'a list' : `a list of at most ${shape.longest}`, value);
      }
      return value.map((element: StateValue, index) => copyValue(`${path}[${index}]`, shape.of, element));
    case 'record':
      if (!isRecord(value)) throw mismatch(path, 'a record', value);
      return copyFields(path, shape.fields, value);
  }
}

function isRecord(value: unknown): value is DeviceState {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function mismatch(path: string, expected: string, value: unknown): DeviceStateError {
  return new DeviceStateError(`${path}: the saved state must hold ${expected}, it holds ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a record';
  return typeof value === 'string' ? `'${value}'` : String(value);
}
