/** Which panel shows a place. */
import type { EvidencePlace } from '../../protocol/lab';
import type { PanelName, PanelTarget } from '../../protocol/panel';

/** The panel that shows a place, and what it is asked to show. */
export function panelOf(place: Exclude<EvidencePlace, { kind: 'line' }>): [PanelName, PanelTarget] {
  switch (place.kind) {
    case 'exit':
      return ['exit-log', { exit: place.number }];
    case 'field':
      return ['vmcb', { field: place.field, guest: place.guest }];
    case 'page':
      return ['page-tables', { root: place.root, address: place.address }];
  }
}
