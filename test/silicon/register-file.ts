/**
 * What is known of the registers while a case is being made: an initial value can still be chosen as long as nothing has written the
 * register, and the present one is known until something writes it in a way that is not followed.
 */
export class RegisterFile {
  /** Initial values; undefined: still free. */
  readonly initial: (bigint | undefined)[] = new Array<bigint | undefined>(16).fill(undefined);
  private readonly now: (bigint | 'free' | 'unknown')[] = new Array<bigint | 'free' | 'unknown'>(16).fill('free');
  private readonly width: 32 | 64;

  constructor(bits: 32 | 64) {
    this.width = bits;
  }

  isFree(register: number): boolean {
    return this.now[register] === 'free';
  }
  value(register: number): bigint | undefined {
    const value = this.now[register];
    return typeof value === 'bigint' ? value : undefined;
  }
  assign(register: number, value: bigint): void {
    if (!this.isFree(register)) throw new Error(`register ${register} has its value already`);
    const fitted = BigInt.asUintN(this.width, value);
    this.initial[register] = fitted;
    this.now[register] = fitted;
  }
  /** Something writes it: `value` if that is known. */
  write(register: number, value?: bigint): void {
    this.now[register] = value === undefined ? 'unknown' : BigInt.asUintN(this.width, value);
  }
  /** As `assign` when the register is free; returns the value it has, if known. */
  wish(register: number, value: () => bigint): bigint | undefined {
    if (this.isFree(register)) this.assign(register, value());
    return this.value(register);
  }
  /** A register that holds something only known when the case is placed. */
  reserve(register: number): void {
    this.now[register] = 'unknown';
    this.initial[register] = 0n;
  }
  snapshot(): () => void {
    const initial = [...this.initial];
    const now = [...this.now];
    return () => {
      for (let n = 0; n < 16; n++) {
        this.initial[n] = initial[n];
        this.now[n] = now[n]!;
      }
    };
  }
}
