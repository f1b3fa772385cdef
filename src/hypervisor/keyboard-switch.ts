/** One keyboard, several guests: whose the keys are is said among the codes, so that nothing typed before goes astray. */
import { SWITCHED } from '../engine/devices/scan-codes';

export interface KeyboardSwitchState {
  /** Id of the guest that hears the keys. */
  guest: number;
  /** The next byte is the id of one. */
  switching: boolean;
}

export class KeyboardSwitch {
  state: KeyboardSwitchState = { guest: 0, switching: false };

  constructor(private readonly tell: (guest: number, code: number) => void) {}

  hear(codes: readonly number[]): void {
    for (const code of codes) {
      const { state } = this;
      if (state.switching) this.state = { guest: code, switching: false };
      else if (code === SWITCHED) state.switching = true;
      else this.tell(state.guest, code);
    }
  }
}
