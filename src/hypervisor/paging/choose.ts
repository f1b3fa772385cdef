/** Guest memory of the kind asked for: made, saved, made again. */
import type { HostMode } from '../../engine/machine/host-mode';
import type { PagingChoice } from '../guest-spec';
import type { SystemPages } from '../system-pages';
import type { GuestMemory } from './guest-memory';
import { NestedPaging } from './nested';
import { OwnPaging } from './own';
import { ShadowPaging, type ShadowState } from './shadow';

export interface MemoryState {
  readonly kind: PagingChoice;
  readonly size: number;
  /** Nested paging with 2 MB pages. */
  readonly large: boolean;
  /** SPA of the top table of the map. */
  readonly root: number;
  readonly shadow: ShadowState | undefined;
}

/** Plain data to begin with, or what `saveMemory` gave. */
export type MemoryWish = Pick<MemoryState, 'kind' | 'size' | 'large'> & Partial<Pick<MemoryState, 'root' | 'shadow'>>;

export function makeMemory(host: HostMode, pages: SystemPages, wish: MemoryWish): GuestMemory {
  const { kind, size, large, root, shadow } = wish;
  switch (kind) {
    case 'nested':
      return new NestedPaging(host, pages, size, root, large);
    case 'shadow':
      return new ShadowPaging(host, pages, size, root, shadow);
    case 'own':
      return new OwnPaging(host, pages, size, root);
  }
}

export function saveMemory(memory: GuestMemory, large: boolean): MemoryState {
  const shadow = memory instanceof ShadowPaging ? memory.saveState() : undefined;
  return { kind: memory.kind, size: memory.size, large, root: memory.root, shadow };
}
