/** IN, OUT, INS, OUTS: every port is the guest's own board's (§15.10). */
import { RAX } from '../../engine/arch/registers';
import type { AccessSize } from '../../engine/bus/device';
import { advance, stop } from '../outcome';
import type { ExitHandler } from './exit-handler';
import { stringIo } from './string-io';

/** EXITINFO1. §15.10.2 */
const TYPE_IN = 1 << 0;
const STR = 1 << 2;
const SIZE_SHIFT = 4;
const SIZE_MASK = 7;
const PORT_SHIFT = 16;

export const io: ExitHandler = (vm) => {
  const { vcpu, board } = vm;
  const info = vcpu.vmcb.low('exitInfo1');
  const port = info >>> PORT_SHIFT;
  const size = ((info >>> SIZE_SHIFT) & SIZE_MASK) as AccessSize;
  const by = board.io.deviceAt(port)?.name ?? 'absent port';
  if ((info & STR) !== 0) {
    const outcome = stringIo(vm, info, port, size, by);
    return vm.ending ? stop(by, vm.ending) : outcome;
  }
  const { low, high } = vcpu.gpr(RAX);
  if ((info & TYPE_IN) !== 0) {
    const value = board.io.readPort(port, size);
    if (size === 4) vcpu.setGpr32(RAX, value);
    else {
      const mask = size === 1 ? 0xff : 0xffff;
      vcpu.setGpr(RAX, (low & ~mask) | value, high);
    }
  } else board.io.writePort(port, size, size === 4 ? low >>> 0 : low & (size === 1 ? 0xff : 0xffff));
  return vm.ending ? stop(by, vm.ending) : advance(by);
};
