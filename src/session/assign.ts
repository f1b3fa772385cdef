/** Setting what a person may set: registers where they can be set, fields of the VMCB. */
import { Vmcb } from '../engine/state/vmcb';
import { ExpressionError } from './expression';
import type { Lab, World } from './lab';
import { vmcbFieldNamed } from './vmcb-fields';

/** Sets `rax`, `vmcb.RIP` and their like. Throws ExpressionError where that is impossible. */
export function assign(lab: Lab, world: World, name: string, value: bigint): void {
  const field = vmcbFieldNamed(name);
  if (field) {
    const guest = world === 'host' ? lab.target.watch.current : world;
    if (!guest) throw new ExpressionError('there is no VMCB yet');
    new Vmcb(lab.machine.ram, guest.vmcb).setBig(field, value);
    return;
  }
  if (!lab.registers(world).set(name.toLowerCase(), value)) throw new ExpressionError(`${name} cannot be set here`);
}
