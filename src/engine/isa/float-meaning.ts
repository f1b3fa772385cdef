/** Names of the out-of-line meanings of x87 instructions and of what saves and loads floating-point state. */
export type FloatMeaning =
  | 'fninit'
  | 'fnclex'
  | 'fnstcw'
  | 'fldcw'
  | 'fnstsw'
  | 'fwait'
  | 'fnop'
  | 'fnop-control'
  | 'fincstp'
  | 'fdecstp'
  | 'ffree'
  | 'ffreep'
  | 'ldmxcsr'
  | 'stmxcsr'
  | 'fxsave'
  | 'fxrstor';
