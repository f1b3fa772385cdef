/**
 * VMMCALL, the guest's way to call the hypervisor. RAX is the function, RBX its argument; RAX becomes the result, −1 for a function that
 * does not exist. Only at CPL 0, else #GP(0).
 *
 *   0  version of this interface
 *   1  print the character in BL on the console; result 0
 *   2  end the guest with the status in EBX
 */
import { RAX, RBX } from '../../engine/arch/registers';
import { advance, generalProtection, stop } from '../outcome';
import type { ExitHandler } from './exit-handler';

export const VMMCALL_VERSION = 1;
const FUNCTION_VERSION = 0;
const FUNCTION_PUT_CHARACTER = 1;
const FUNCTION_EXIT = 2;

export const vmmcall: ExitHandler = (vm) => {
  const { vcpu } = vm;
  if (vcpu.vmcb.low('cpl') !== 0) return generalProtection('vmmcall');
  const { low, high } = vcpu.gpr(RAX);
  const argument = vcpu.gpr(RBX).low;
  switch (high === 0 ? low : -1) {
    case FUNCTION_VERSION:
      vcpu.setGpr(RAX, VMMCALL_VERSION, 0);
      return advance('vmmcall');
    case FUNCTION_PUT_CHARACTER:
      vm.console(argument & 0xff);
      vcpu.setGpr(RAX, 0, 0);
      return advance('vmmcall');
    case FUNCTION_EXIT:
      return stop('vmmcall', { kind: 'guest-exit', status: argument >>> 0, value: argument >>> 0 });
    default:
      vcpu.setGpr(RAX, -1, -1);
      return advance('vmmcall');
  }
};
