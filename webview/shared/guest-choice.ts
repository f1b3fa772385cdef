/** Which guest a panel shows, where there are several: the current one until somebody picks another. */
import type { GuestIdentity } from '../../src/protocol/state';
import { Segment } from './controls';
import { capital, whoView } from './views';

export class GuestChoice {
  private readonly segment: Segment<string>;
  private picked: number | undefined;

  constructor(private readonly changed: () => void) {
    this.segment = new Segment<string>('Guest', '', (value) => {
      this.picked = Number(value);
      this.changed();
    });
    this.segment.element.hidden = true;
  }

  get element(): HTMLElement {
    return this.segment.element;
  }

  /** For a question: nothing while nobody has picked. */
  get question(): { readonly guest?: number } {
    return this.picked === undefined ? {} : { guest: this.picked };
  }

  /** From now on this one; undefined: the current one again. */
  pick(guest: number | undefined): void {
    this.picked = guest;
  }

  /** One guest needs no choice. */
  show(guests: readonly GuestIdentity[], shown: number | undefined): void {
    this.segment.element.hidden = guests.length < 2;
    this.segment.show(
      guests.map((guest) => ({ value: String(guest.id), content: [whoView(guest)], label: capital(guest.name) })),
      String(shown ?? ''),
    );
  }
}
