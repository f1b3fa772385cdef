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
      // tables the hypervisor made for the guest stand where the nested ones do
      return ['page-tables', { root: place.root === 'guest' ? 'guest' : 'nested', address: place.address }];
  }
}
