import { PitChannel } from '../../src/engine/devices/pit-channel';

/** Parts of a control word. */
export const LOW = 0x10;
export const HIGH = 0x20;
export const BOTH = 0x30;
export const BCD = 1;
export const mode = (number: number): number => number << 1;

/** A channel alone, one pulse of CLK after another. */
export class PitBench {
  readonly edges: string[] = [];
  readonly channel: PitChannel;
  tick = 0;

  constructor(gate = true) {
    this.channel = new PitChannel(gate, (level) => this.edges.push(`${level ? '+' : '-'}${this.channel.reg.tick}`));
  }
  /** OUT after each of the next pulses, as H and L. */
  pulses(count: number): string {
    let levels = '';
    for (let i = 0; i < count; i++) {
      this.channel.run(++this.tick);
      levels += this.out;
    }
    return levels;
  }
  get out(): string {
    return this.channel.reg.out ? 'H' : 'L';
  }
  count(): number {
    this.channel.latchCount();
    return this.channel.read();
  }
  /** The low byte of the count after each of the next pulses. */
  counts(pulses: number): number[] {
    return Array.from({ length: pulses }, () => {
      this.pulses(1);
      return this.count();
    });
  }
}
