/** How the guest of a VMCB executes and translates, in a few words. */
import { CR0_PE, CR0_PG, CR4_LA57, CR4_PAE, EFER_LMA, RFLAGS_VM } from '../../src/engine/arch/registers';
import { ATTRIB_L } from '../../src/engine/arch/vmcb';
import type { VmcbPage } from './vmcb-page';

/** `long mode, 4-level paging`. §1.3, §5.1 */
export function guestMode(page: VmcbPage): string {
  const has = (field: 'cr0' | 'cr4' | 'efer' | 'rflags' | 'csAttrib', mask: number) =>
    (page.value(field) & BigInt(mask)) !== 0n;
  const long = has('efer', EFER_LMA);
  const mode = () => {
    if (!has('cr0', CR0_PE)) return 'real mode';
    if (long) return has('csAttrib', ATTRIB_L) ? 'long mode' : 'compatibility mode';
    return has('rflags', RFLAGS_VM) ? 'virtual-8086 mode' : 'protected mode';
  };
  const paging = () => {
    if (!has('cr0', CR0_PG)) return 'no paging';
    if (long) return has('cr4', CR4_LA57) ? '5-level paging' : '4-level paging';
    return has('cr4', CR4_PAE) ? 'PAE paging' : '32-bit paging';
  };
  return `${mode()}, ${paging()}`;
}
