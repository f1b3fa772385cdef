/**
 * Memory references: `0x7c00` is a virtual address of whom the debugger looks at; `host:0x…` the host's, `guest0:0x…` a guest's,
 * `gpa0:0x…` a guest-physical and `spa:0x…` a system-physical one.
 */
import type { World } from '../session/lab';
import { SYSTEM_PHYSICAL } from '../session/memory';
import type { AddressSpace } from '../session/memory';
import { RequestError } from './debuggee';
import type { Debuggee } from './debuggee';

export interface Reference {
  readonly address: bigint;
  readonly space: 'virtual' | 'guest-physical' | 'system-physical';
  /** Undefined: whom the debugger looks at. */
  readonly world: World | undefined;
}

export function reference({ lab }: Debuggee, text: string): Reference {
  const match = /^(?:(host|spa|guest(\d+)|gpa(\d+)):)?(0x[0-9a-f_]+|\d+)$/i.exec(text);
  if (!match) throw new RequestError(`'${text}' is no memory reference`);
  const [, prefix, guestId, gpaId, digits] = match;
  const address = BigInt.asUintN(64, BigInt(digits!.replaceAll('_', '')));
  if (prefix === undefined) return { address, space: 'virtual', world: undefined };
  if (prefix === 'host') return { address, space: 'virtual', world: 'host' };
  if (prefix === 'spa') return { address, space: 'system-physical', world: undefined };
  const guest = lab.guest(Number(guestId ?? gpaId));
  if (!guest) throw new RequestError(`'${text}': there is no such guest`);
  return { address, space: guestId === undefined ? 'guest-physical' : 'virtual', world: guest };
}

/** How addresses of a reference become SPAs. */
export function spaceOf({ lab }: Debuggee, { space, world }: Reference): AddressSpace {
  if (space === 'system-physical') return SYSTEM_PHYSICAL;
  return lab.space(world ?? lab.world, space === 'guest-physical');
}

/** An address as DAP carries it, which is read by programs: `0x` and 16 digits. */
export function plainAddress(address: bigint): string {
  return `0x${address.toString(16).padStart(16, '0')}`;
}

/** An address in a world as a reference: short for the one the debugger looks at. */
export function referenceTo({ lab }: Debuggee, world: World, address: bigint): string {
  const digits = `0x${address.toString(16)}`;
  if (world === lab.world) return digits;
  return world === 'host' ? `host:${digits}` : `guest${world.id}:${digits}`;
}
