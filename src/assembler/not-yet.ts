/**
 * Instructions AMD64 defines and the opcode map has no row for: told apart from misspelt words. A name that gets a row is found there
 * first.
 */
// prettier-ignore
export const NOT_YET: ReadonlySet<string> = new Set([
  'wait', 'fwait', 'monitorx', 'mwaitx', 
  'xsave', 'xsaveopt', 'xsavec', 'xsaves', 'xrstor',
  'xrstors', 'fxsave', 'fxrstor', 'fxsave64', 'fxrstor64', 'ldmxcsr', 'stmxcsr', 'invlpgb',
  'tlbsync', 'psmash', 'pvalidate', 'rmpadjust', 'rmpupdate', 'vmgexit', 'mcommit', 
  
  'emms', 'femms', 'f2xm1', 'fabs', 'fadd', 'faddp', 'fbld', 'fbstp', 'fchs', 'fclex', 'fcom', 'fcomi', 'fcomip', 'fcomp', 'fcompp', 'fcos',
  'fdiv', 'fdivp', 'fdivr', 'ffree', 'fiadd', 'ficom', 'fidiv', 'fild', 'fimul', 'fincstp', 'finit', 'fist', 'fistp', 'fisttp', 'fisub',
  'fld', 'fld1', 'fldcw', 'fldenv', 'fldpi', 'fldz', 'fmul', 'fmulp', 'fnclex', 'fninit', 'fnop', 'fnsave', 'fnstcw', 'fnstenv', 'fnstsw',
  'fpatan', 'fprem', 'fptan', 'frndint', 'frstor', 'fsave', 'fscale', 'fsin', 'fsqrt', 'fst', 'fstcw', 'fstenv', 'fstp', 'fstsw', 'fsub',
  'fsubp', 'ftst', 'fucom', 'fucomi', 'fucomp', 'fxam', 'fxch', 'fyl2x',
  'movaps', 'movups', 'movapd', 'movupd', 'movdqa', 'movdqu', 'movss', 'movd', 'movq', 'movhlps', 'movlhps', 'movntdq', 'movntps', 'addps',
  'addpd', 'addss', 'addsd', 'subps', 'subpd', 'subss', 'subsd', 'mulps', 'mulpd', 'mulss', 'mulsd', 'divps', 'divpd', 'divss', 'divsd',
  'sqrtss', 'sqrtsd', 'ucomiss', 'ucomisd', 'comiss', 'comisd', 'cvtsi2ss', 'cvtsi2sd', 'cvtss2sd', 'cvtsd2ss', 'cvttss2si', 'cvttsd2si',
  'andps', 'andpd', 'orps', 'orpd', 'xorps', 'xorpd', 'shufps', 'unpcklps', 'pxor', 'por', 'pand', 'pandn', 'paddb', 'paddw', 'paddd',
  'paddq', 'psubb', 'psubw', 'psubd', 'psubq', 'pcmpeqb', 'pcmpeqw', 'pcmpeqd', 'pmovmskb', 'pshufb', 'pshufd', 'psllq', 'psrlq', 'pslldq',
  'psrldq', 'punpcklbw', 'aesenc', 'aesenclast', 'aesdec', 'aesdeclast', 'pclmulqdq', 'vzeroupper', 'vzeroall', 'vmovdqa', 'vmovdqu', 'vpxor',
]);

export const notYet = (name: string): string =>
  `${name.toLowerCase()} is an AMD64 instruction this machine does not have yet`;
