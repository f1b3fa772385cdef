import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CHeader } from './c-header';

/** Exported to user space, installed by linux-libc-dev. */
const INSTALLED = '/usr/include/x86_64-linux-gnu/asm';
const CACHE = '.cache/linux-headers/usr/src';

/** The headers of Debian's kernel: linux-headers-*-common, installed or unpacked under `.cache`. */
function kernelFolder(): string {
  const found = (): string | undefined => {
    for (const folder of [CACHE, '/usr/src']) {
      if (!existsSync(folder)) continue;
      const names = readdirSync(folder).filter((name) => /^linux-headers-.*-common$/.test(name));
      const last = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
      if (last) return path.join(folder, last, 'arch/x86/include');
    }
    return undefined;
  };
  const before = found();
  if (before) return before;
  execFileSync(process.execPath, ['scripts/fetch-linux-headers.mjs'], { stdio: 'inherit' });
  const after = found();
  if (!after) throw new Error('no linux-headers-*-common: run node scripts/fetch-linux-headers.mjs');
  return after;
}

/** Linux's words for what the tables describe. */
export interface LinuxHeaders {
  readonly exits: CHeader;
  readonly svm: CHeader;
  readonly msrs: CHeader;
  readonly flags: CHeader;
  readonly features: CHeader;
  readonly traps: CHeader;
  readonly paging: CHeader;
}

export function readLinuxHeaders(): LinuxHeaders {
  const kernel = kernelFolder();
  const internal = (name: string): string => path.join(kernel, 'asm', name);
  return {
    exits: new CHeader([path.join(INSTALLED, 'kvm.h'), path.join(INSTALLED, 'svm.h')]),
    svm: new CHeader([internal('svm.h'), internal('msr-index.h')]),
    msrs: new CHeader([internal('msr-index.h')]),
    flags: new CHeader([path.join(INSTALLED, 'processor-flags.h'), path.join(INSTALLED, 'debugreg.h')]),
    features: new CHeader([internal('cpufeatures.h')]),
    traps: new CHeader([internal('trapnr.h'), internal('trap_pf.h'), internal('kvm_host.h')]),
    paging: new CHeader([internal('pgtable_types.h')]),
  };
}
